from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from razdar.core.permissions import Permission


class IdentityConfig(AppConfig):
    name = "razdar.identity"

    def ready(self) -> None:
        from razdar.identity import (  # noqa: F401 (they register themselves, all but the palette and the languages)
            exception_endings,
            exceptions,
            freezes,
            languages,
            matrix_changes,
            mode_changes,
            observers,
            palette,
            redacting_words,
            responsibilities,
        )
        from razdar.identity.selectors import clients
        from razdar.ui.languages import REMEMBERS
        from razdar.ui.shell import COMMANDS, NAVIGATION, SOURCES, Destination, Group
        from razdar.vault.reconciliation import CLIENTS

        CLIENTS.register("identity")(lambda: [client.id for client in clients()])

        NAVIGATION.register("people")(
            Destination(
                _("People"), "identity:people", Permission.IDENTITY_PERSON_LIST, order=700, group=Group.SETTINGS
            )
        )
        NAVIGATION.register("approvals")(
            Destination(
                _("Approvals"), "identity:approvals", Permission.IDENTITY_REVEAL_APPROVE, order=300, group=Group.WORK
            )
        )
        NAVIGATION.register("my sign-in")(Destination(_("My sign-in"), "mfa_index", order=900, group=Group.OWN))
        REMEMBERS.register("account")(languages.remember)
        SOURCES.register("workplaces")(palette.workplaces)
        for name, command in palette.COMMANDS.items():
            COMMANDS.register(name)(command)
