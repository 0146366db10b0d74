"""What ``razdar doctor`` asks the key agent of itself."""

from razdar.core.errors import KeysLocked, Misconfigured, RazdarError
from razdar.keys import agent, private_files
from razdar.keys.bundles import STORE_NAME
from razdar.keys.root_files import ROOT_NAME
from razdar.runtime.checkup import Found, Site, broken, check, look_at, skipped, works


@check("keyagent", "Key agent")
def _keyagent(site: Site) -> Found:
    """It answers, knows this account, and its key store is open."""
    try:
        agent.current().status()
    except KeysLocked:
        return broken(
            "It does not answer, so the keys are locked: pages show no customer data.", site.start("keyagent")
        )
    except RazdarError as error:
        return broken(str(error), site.start("keyagent"))
    return works("It answers, and the keys are unlocked.")


@check("keyagent-walls", "Walls of the key agent", after=("keyagent",))
def _agents_walls(site: Site) -> Found:  # noqa: ARG001 - every check takes the site
    """What the system did not grant the key agent, and whether anybody asked for what is not theirs."""
    status = agent.current().status()
    if status.alarms:
        said = f"The key agent refused to destroy keys {status.alarms} times since it started; find out who asked."
        return broken(said, "razdar keys reconcile")
    if status.walls_missing:
        return look_at(" ".join(status.walls_missing), "systemctl edit razdar-keyagent")
    return works("Its memory is closed to other processes and to the swap.")


@check("key-files", "Files with keys")
def _files(site: Site) -> Found:
    """Nobody else can reach them."""
    folder = site.var / "keys"
    try:
        if not folder.is_dir():
            told = "The key store is another account's, as it should be; only the key agent reads it."
            return skipped(told if site.as_units else "There is no key store here.")
        wanted = [folder, folder / STORE_NAME, folder / ROOT_NAME]
        missing = [path.name for path in wanted if not path.exists()]
    except PermissionError:
        return works("The key store is another account's, and this one cannot look into it.")
    if missing:
        return broken(
            f"The key store is not whole: {', '.join(missing)} is missing.", "razdar restore BACKUP --keys-only"
        )
    others = site.var / "postgres" / "roles.json", site.var / "database.env"
    for path in (*wanted, *(path for path in others if path.exists())):
        try:
            private_files.require_private(path)
        except Misconfigured as error:
            sentence, _, command = str(error).partition(" Run: ")
            return broken(sentence, command)
    return works("Only their own account can read them.")
