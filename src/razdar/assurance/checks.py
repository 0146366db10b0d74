"""What ``razdar doctor`` looks at in backups: that there is a whole one that is not old."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings

from razdar.assurance import manifest
from razdar.runtime.checkup import Found, Site, broken, check, look_at, works

LATE = timedelta(hours=26)
TOO_OLD = timedelta(days=7)


@check("backup", "Backups")
def _backup(site: Site) -> Found:
    """One was finished within the last day."""
    folder: Path | None = settings.RAZDAR_BACKUP_FOLDER
    if folder is None:
        named = "razdar units --backups FOLDER" if site.as_units else "razdar backup FOLDER"
        return look_at("Nobody said where backups go, so none is made by itself.", named)
    again = "systemctl start razdar-backup.service" if site.as_units else "razdar backup"
    if not folder.is_dir():
        return broken("The folder of the backups is not there, or its disk is not mounted.", f"mount {folder}")
    finished = manifest.finished(folder)
    if not finished:
        return broken("There is no finished backup.", again)
    age = site.now - finished[0][1].made_at
    said = f"The newest is {age / timedelta(hours=1):.0f} hours old"
    if age > LATE:
        return (broken if age > TOO_OLD else look_at)(f"{said}; one is made every day.", again)
    return works(f"{said}, and was finished. Try a restore now and then.")
