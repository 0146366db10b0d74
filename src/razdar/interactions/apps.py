from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class InteractionsConfig(AppConfig):
    name = "razdar.interactions"

    def ready(self) -> None:
        from razdar.core.permissions import Permission
        from razdar.interactions import (  # noqa: F401 (they register themselves)
            contacts,
            destroying,
            erasure,
            importing,
            keeping_changes,
            redacting_again,
        )
        from razdar.interactions.recognisers import presidio  # noqa: F401 (the same)
        from razdar.interactions.transcribers import faster_whisper, pocketsphinx, vosk  # noqa: F401 (the same)
        from razdar.ui.shell import NAVIGATION, Destination, Group

        NAVIGATION.register("interactions")(
            Destination(_("Calls"), "interactions:list", Permission.INTERACTIONS_RECORD_LIST, order=20)
        )
        NAVIGATION.register("background work")(
            Destination(
                pgettext_lazy("on calls", "Background work"),
                "interactions:jobs",
                Permission.INTERACTIONS_PIPELINE_VIEW,
                order=85,
                group=Group.SETTINGS,
            )
        )
