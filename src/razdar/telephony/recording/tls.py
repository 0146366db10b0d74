"""The recorder's certificate: one that is named, or on this computer alone one of its own making.

An own authority is made once, in a folder only this account can reach, and issues for loopback. Asterisk looks at the
common name and at DNS names and not at addresses (RFC 6125, 6.4.4), so the address is the common name.
"""

import datetime
import ipaddress
import secrets
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from razdar.core.errors import Misconfigured
from razdar.keys import private_files

LOOPBACK = "127.0.0.1"
AUTHORITY = "ca.pem"
ADDRESS = "address"
"""The file beside the own certificate that says where this computer's recorder listens."""
_DAYS = 397
_RENEW = datetime.timedelta(days=30)


@dataclass(frozen=True)
class Certificate:
    """Files in PEM: the chain, and its key."""

    chain: Path
    key: Path


def context(certificate: Certificate) -> ssl.SSLContext:
    """What a server of this certificate runs with: TLS 1.2 or newer.

    Raises:
        Misconfigured: the files cannot be used.
    """
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    try:
        made.load_cert_chain(certificate.chain, certificate.key)
    except (OSError, ssl.SSLError):
        raise Misconfigured("The recorder's certificate and key cannot be used. Check --cert and --key.") from None
    return made


def own(folder: Path) -> Certificate:
    """A certificate for loopback, made where there is none or it ends soon, and its authority beside it.

    Raises:
        Misconfigured: other accounts can reach the folder.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    private_files.require_private(folder)
    made = Certificate(folder / "cert.pem", folder / "key.pem")
    if not _still_good(made.chain):
        _make(folder, made)
    return made


def _still_good(chain: Path) -> bool:
    if not chain.exists() or not chain.with_name(AUTHORITY).exists():
        return False
    ends = x509.load_pem_x509_certificate(chain.read_bytes()).not_valid_after_utc
    return ends - datetime.datetime.now(datetime.UTC) > _RENEW


def _make(folder: Path, made: Certificate) -> None:
    """The authority's key signs once and is kept nowhere."""
    authority, server = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer = _name(f"Razdar recorder on this computer, {secrets.token_hex(8)}")  # two of one name would be mixed up
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(LOOPBACK)), x509.DNSName("localhost")])
    ca = _signed(authority, issuer, issuer, authority.public_key(), x509.BasicConstraints(ca=True, path_length=0))
    own_ = _signed(authority, issuer, _name(LOOPBACK), server.public_key(), names)
    for path, data in ((made.key, _secret(server)), (made.chain, own_), (folder / AUTHORITY, ca)):
        path.unlink(missing_ok=True)
        private_files.write_new(path, data)


def _signed(
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    subject: x509.Name,
    public: ec.EllipticCurvePublicKey,
    extension: x509.ExtensionType,
) -> bytes:
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder(issuer, subject, public, x509.random_serial_number())
    builder = builder.not_valid_before(now - datetime.timedelta(hours=1))
    builder = builder.not_valid_after(now + datetime.timedelta(days=_DAYS)).add_extension(extension, critical=True)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _secret(key: ec.EllipticCurvePrivateKey) -> bytes:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, text)])
