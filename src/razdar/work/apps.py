from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "razdar.work"

    def ready(self) -> None:
        from razdar.work import access, erasure, jobs, keeping, leaving  # noqa: F401 (they register themselves)
