from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "razdar.desk"

    def ready(self) -> None:
        from razdar.core.permissions import Permission
        from razdar.identity.approvals import PAGES
        from razdar.ui.shell import NAVIGATION, Destination, Group

        NAVIGATION.register("desk")(Destination(_("Desk"), "desk:agent", Permission.WORK_DESK_USE, order=5))
        NAVIGATION.register("requests")(
            Destination(_("Requests"), "desk:requests", Permission.WORK_ACCESS_DECIDE, order=12)
        )
        NAVIGATION.register("contacts")(
            Destination(_("Contacts"), "desk:contacts", Permission.WORK_CONTACT_OVERSEE, order=14)
        )
        NAVIGATION.register("team")(Destination(_("Team"), "desk:team", Permission.WORK_CONTACT_OVERSEE, order=16))
        NAVIGATION.register("recordings")(
            Destination(_("Recordings"), "desk:recordings", Permission.INTERACTIONS_RENDITION_PLAY, order=22)
        )
        NAVIGATION.register("clients")(
            Destination(
                _("Clients"),
                "desk:clients",
                Permission.IDENTITY_PERSON_LIST,
                order=710,
                group=Group.SETTINGS,
                words=_("company name time zone language"),
            )
        )
        NAVIGATION.register("codes")(
            Destination(_("Dispositions"), "desk:codes", Permission.WORK_CODES_KEEP, order=60, group=Group.SETTINGS)
        )
        for name, label, url_name, words, order in (
            ("matrix", _("Disclosure matrix"), "desk:matrix", _("rights masks who sees what"), 70),
            ("storage", _("How data is stored"), "desk:storage", _("encryption modes"), 71),
            ("exceptions", _("Exceptions"), "desk:exceptions", _("rights of one person for a time"), 72),
            ("retention", _("How long data is kept"), "desk:retention", _("retention days destroy"), 73),
            ("redaction", _("Redaction policy"), "desk:redaction", _("mask conceal token transcript test"), 74),
            ("responsibilities", _("Responsibilities"), "desk:responsibilities", _("owner duties accountable"), 75),
        ):
            NAVIGATION.register(name)(
                Destination(
                    label, url_name, Permission.VAULT_MATRIX_VIEW, order=order, group=Group.SETTINGS, words=words
                )
            )
        NAVIGATION.register("components")(
            Destination(
                _("Components"),
                "desk:components",
                Permission.DESK_COMPONENTS_VIEW,
                order=890,
                group=Group.SETTINGS,
                words=_("design system samples"),
            )
        )
        for kind, page in (
            ("matrix", "desk:matrix-version"),
            ("exception", "desk:exception"),
            ("exception_end", "desk:exception"),
            ("redaction", "desk:redaction-version"),
            ("retention", "desk:retention-one"),
            ("duties", "desk:responsibility-version"),
        ):
            PAGES.register(kind)(page)
