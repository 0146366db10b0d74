"""What ``razdar doctor`` looks at in how the keys are kept: epochs, rotations under way, key bundles."""

from datetime import timedelta

from django.conf import settings

from razdar.keys import bundles, rotation
from razdar.keys.records import Keeping
from razdar.runtime.checkup import Found, Site, broken, check, look_at, works
from razdar.vault import keeping

GRACE_DAYS = 1
"""The daily job may come a day after the epoch is due."""
_AGENT = ("keyagent",)


@check("epochs", "Epochs of clients", after=_AGENT)
def _epochs(site: Site) -> Found:
    """None is older than it may get, and no rotation stands still."""
    kept = keeping.state()
    days: int = settings.RAZDAR_EPOCH_DAYS
    late = rotation.due(kept.epochs, site.now, days + GRACE_DAYS)
    if late:
        oldest = min(late, key=lambda epoch: epoch.made_at)
        age = (site.now - oldest.made_at).days
        said = f"An epoch is {age} days old, and is rotated after {days}; {len(late)} clients wait for the daily job."
        return (broken if age > 2 * days else look_at)(said, f"razdar keys rotate epoch --client {oldest.client}")
    if kept.moving:
        first = kept.moving[0]
        said = f"{len(kept.moving)} rotations are under way; {first.done} keys of the first are re-wrapped."
        return look_at(said, f"razdar keys rotate epoch --client {first.client}")
    return works(f"No epoch is older than {days} days.")


@check("bundles", "Key bundles", after=_AGENT)
def _bundles(site: Site) -> Found:
    """There is a new one, sealed to at least two, it holds every erasure, and its file is where it was put."""
    kept = keeping.state()
    if len(kept.recipients) < bundles.FEWEST_RECIPIENTS:
        said = f"Key bundles need at least {bundles.FEWEST_RECIPIENTS} recipients; there are {len(kept.recipients)}."
        return broken(
            f"{said} Without a bundle a lost disk is the end of all data.", "razdar keys recipients add NAME age1pq1..."
        )
    if keeping.is_late(kept, site.now):
        return broken("There is no key bundle of the last day.", "razdar keys bundle")
    if not keeping.is_covered(kept):
        return look_at("The newest key bundle is older than the last erasure.", "razdar keys bundle")
    return _whereabouts(site, kept)


def _whereabouts(site: Site, kept: Keeping) -> Found:
    newest, folder = kept.bundles[-1], settings.RAZDAR_BUNDLES
    hours = (site.now - newest.made_at) / timedelta(hours=1)
    said = f"Number {newest.number} is {hours:.0f} hours old, in {folder}"
    try:
        there = (folder / bundles.file_name(newest.number)).exists()
    except PermissionError:
        return works(f"{said}, which this account cannot read.")
    if not there:
        return look_at(
            f"{said} no more: its file is gone. Make another, and take it away from this host.", "razdar keys bundle"
        )
    return works(f"{said}. Take it away from this host.")
