"""Checking a certificate of erasure away from any installation, and saying in plain sentences what it says."""

from datetime import datetime
from typing import Final

from razdar.core.errors import BadInput, Unverifiable
from razdar.core.ledger import decode
from razdar.core.ledger.certificates import Certificate, Verified
from razdar.core.ledger.exports import Listed, Reader, verify_export
from razdar.core.ledger.layout import MANIFEST, parse_manifest
from razdar.core.ledger.notes import VerifierKey
from razdar.core.ledger.tiles import TILE_WIDTH, decode_bundle, entries_path

ERASE: Final = "privacy:customer:erase"
_PASSPHRASE: Final = "passphrase-file"  # noqa: S105 - the name of a kind of root


def sentences(verified: Verified) -> list[str]:
    """What a certificate says and until when, and what its signature shows."""
    said, key = verified.certificate, verified.key
    removed = ", ".join(f"{number} {kind}" for kind, number in said.removed) or "nothing"
    return [
        f"The keys of customer {said.customer} of client {said.client} were destroyed at {_at(said.destroyed_at)}.",
        f"Ground: {said.ground}. Keys: {_keys(said.keys)}.",
        *(
            f"The same person's record {each.customer} was erased with it. Keys: {_keys(each.keys)}."
            for each in said.linked
        ),
        f"Removed with them: {removed}.",
        f"The log {said.log} has it as entry {said.index}.",
        *finality(said),
        f"Signed at {_at(said.issued_at)} with {key.name}, fingerprint {key.fingerprint}.",
        _known(verified),
    ]


def _keys(keys: tuple[tuple[str, int], ...]) -> str:
    return ", ".join(f"{key_id} (version {version})" for key_id, version in keys)


def finality(said: Certificate) -> list[str]:
    """From when nothing opens."""
    final = said.finality
    live = f"On the live system nothing of this customer opens from {_at(final.live_at)} on."
    if final.date is not None:
        return [live, f"In copies nothing opens from {_at(final.date)} on."]
    who = "knows the passphrase" if said.root_provider == _PASSPHRASE else "can use the root of the keys"
    last = final.last
    expiry = "No key bundle made before was still valid then."
    if last is not None:
        expiry = f"The last such bundle, number {last.number}, expires at {_at(last.expires_at)}; "
        expiry += "from then on Razdar refuses to restore it."
    uncertain = [str(bundle.number) for bundle in final.bundles if not bundle.certain]
    if uncertain:
        expiry += f" Counted with them because they may exist: {', '.join(uncertain)}."
    return [
        live,
        f"In copies: whoever kept a key bundle made before, or another copy of the key store, and {who} could still "
        "open copies of the data made before.",
        expiry,
        f"No date of cryptographic finality can be given for this root ({said.root_provider}).",
    ]


def _known(verified: Verified) -> str:
    if verified.known:
        return "The signature is good and is that of the key given."
    return (
        "The signature is good, so nothing was changed since it was made. Whose key it is was not checked: compare the "
        "fingerprint with what “razdar certificate key” prints there, or give that key with --key."
    )


def in_log(said: Certificate, export: Reader, log_keys: tuple[VerifierKey, ...], now: datetime) -> str:
    """Look a certificate up in an export of the log; says in a sentence that it is there.

    Args:
        said: the certificate.
        export: the files of the export.
        log_keys: trusted to sign logs; without any, the export's own are used.
        now: the present.

    Raises:
        Unverifiable: the export does not hold, or the entry is not in it or says something else.
    """
    if not verify_export(export, log_keys=log_keys, now=now).ok:
        raise Unverifiable("The export of the log does not hold. “razdar log verify” says what is wrong with it.")
    try:
        entry = decode(_entry(said, export)).event
    except BadInput as error:
        raise Unverifiable("The export of the log cannot be read at the place that the certificate names.") from error
    found = (entry.action, entry.client, entry.customer, dict(entry.detail).get("step"), entry.outcome)
    if found != (ERASE, said.client, said.customer, "done", "ok"):
        raise Unverifiable(f"Entry {said.index} of the log is not the erasure that the certificate speaks of.")
    return f"The export of the log holds, and entry {said.index} is the end of this erasure."


def _entry(said: Certificate, export: Reader) -> bytes:
    manifest = parse_manifest(export.get(MANIFEST, b""))
    log = _log(said, manifest.logs)
    bundle, place = divmod(said.index, TILE_WIDTH)
    width = min(TILE_WIDTH, log.size - bundle * TILE_WIDTH)
    entries = decode_bundle(export.get(manifest.folder(log) + entries_path(bundle, width), b""))
    if place >= len(entries):
        raise BadInput("The bundle is too short.")
    return entries[place]


def _log(said: Certificate, logs: tuple[Listed, ...]) -> Listed:
    for log in logs:
        if log.origin == said.log:
            if said.index < log.minimum:
                raise Unverifiable("The export no longer holds the entry: it was pruned after its time.")
            if said.index >= log.size:
                raise Unverifiable("The export is older than the erasure: it ends before the entry.")
            return log
    raise Unverifiable("The export holds other logs than the one that the certificate names.")


def _at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")
