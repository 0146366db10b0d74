"""Where the static files lie. Everything in STATIC_ROOT is served to everybody, so nothing else is kept there."""

from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


def beside(folder: Path, ending: str) -> Path:
    """The path of a file about the folder's content, next to the folder."""
    return folder.with_name(f"{folder.name}.{ending}")


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed and compressed files; the list of their names lies beside them."""

    def __init__(self) -> None:
        listed = beside(Path(settings.STATIC_ROOT), "json")
        self.manifest_name = listed.name
        super().__init__(manifest_storage=FileSystemStorage(location=listed.parent))
