from django.apps import AppConfig


class RuntimeConfig(AppConfig):
    name = "razdar.runtime"

    def ready(self) -> None:
        from razdar.runtime.imports import erasure  # noqa: F401 (registers itself)
