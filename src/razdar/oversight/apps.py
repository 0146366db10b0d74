from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OversightConfig(AppConfig):
    name = "razdar.oversight"

    def ready(self) -> None:
        from razdar.core.permissions import Permission
        from razdar.oversight import jobs  # noqa: F401 (it registers itself)
        from razdar.ui.shell import COMMANDS, NAVIGATION, Command, Destination, Group

        look = Permission.OVERSIGHT_LOG_VIEW
        NAVIGATION.register("oversight")(
            Destination(_("Log"), "oversight:log", look, order=60, group=Group.OVERSIGHT, words=_("events audit"))
        )
        COMMANDS.register("proof of the log")(
            Command(_("Proof of the log"), "oversight:proof", look, _("witness signature verify"), order=60)
        )
        COMMANDS.register("export of the log")(
            Command(_("Export of the log"), "oversight:export", look, _("download file"), order=61)
        )
        NAVIGATION.register("monitor")(
            Destination(
                _("Live monitor"),
                "oversight:monitor",
                Permission.OVERSIGHT_MONITOR_VIEW,
                order=55,
                group=Group.OVERSIGHT,
                words=_("touches feed watch"),
            )
        )
        NAVIGATION.register("questions")(
            Destination(
                _("Questions"),
                "oversight:questions",
                Permission.OVERSIGHT_QUESTION_VIEW,
                order=65,
                group=Group.OVERSIGHT,
            )
        )
        COMMANDS.register("freeze")(
            Command(
                _("Freeze reading of the client's data"),
                "oversight:freeze",
                Permission.OVERSIGHT_MONITOR_VIEW,
                _("stop kill switch emergency"),
                order=56,
            )
        )
