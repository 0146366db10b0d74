from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from razdar.core.permissions import Permission


class IdentityConfig(AppConfig):
    name = "razdar.identity"

    def ready(self) -> None:
        from razdar.identity import matrix_changes, mode_changes  # noqa: F401 (they register themselves)
        from razdar.identity.selectors import clients
        from razdar.ui.shell import NAVIGATION, Destination
        from razdar.vault.reconciliation import CLIENTS

        CLIENTS.register("identity")(lambda: [client.id for client in clients()])

        NAVIGATION.register("people")(
            Destination(_("People"), "identity:people", Permission.IDENTITY_PERSON_LIST, order=700)
        )
        NAVIGATION.register("approvals")(
            Destination(_("Approvals"), "identity:approvals", Permission.IDENTITY_REVEAL_APPROVE, order=300)
        )
        NAVIGATION.register("my sign-in")(Destination(_("My sign-in"), "mfa_index", order=900))
