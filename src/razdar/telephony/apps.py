from django.apps import AppConfig


class TelephonyConfig(AppConfig):
    name = "razdar.telephony"

    def ready(self) -> None:
        from razdar.telephony import erasure  # noqa: F401 (registers itself)
