from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AssuranceConfig(AppConfig):
    name = "razdar.assurance"

    def ready(self) -> None:
        from razdar.assurance import working  # noqa: F401 (tells pages of runs)
        from razdar.core.permissions import Permission
        from razdar.ui.shell import NAVIGATION, Destination, Group

        for name, label, permission, words, order in (
            (
                "keys",
                pgettext_lazy("cryptographic", "Keys"),
                Permission.VAULT_KEYS_VIEW,
                _("epochs rotation key bundles agent"),
                80,
            ),
            (
                "jobs",
                pgettext_lazy("scheduled work", "Jobs"),
                Permission.ASSURANCE_SYSTEM_VIEW,
                _("scheduled work queue worker"),
                84,
            ),
            (
                "certificates",
                _("Mail and certificates"),
                Permission.ASSURANCE_SYSTEM_VIEW,
                _("TLS expiry outgoing mail"),
                88,
            ),
        ):
            NAVIGATION.register(name)(
                Destination(label, f"assurance:{name}", permission, order=order, group=Group.SETTINGS, words=words)
            )
