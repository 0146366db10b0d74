from django.apps import AppConfig


class TelephonyConfig(AppConfig):
    name = "razdar.telephony"

    def ready(self) -> None:
        from razdar.telephony import contacts, erasure, retention  # noqa: F401 (they register themselves)
