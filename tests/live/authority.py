"""Certificates of one test run: an authority that Asterisk trusts, and what it issues to this machine's own servers."""

import datetime
import ipaddress
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.ports import HOST


class Authority:
    """Writes ca.pem into its folder, and what it issues beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ca = folder / "ca.pem"
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("throw-away authority")
        basic = x509.BasicConstraints(ca=True, path_length=0)
        self.ca.write_bytes(self._sign(self._name, self._key.public_key(), basic))

    def issue(self, host: str = HOST) -> tuple[Path, Path]:
        """A certificate and its key for a host, as files.

        Asterisk looks at the common name and at DNS names only, so an address has to be the common name.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        try:
            names: list[x509.GeneralName] = [x509.IPAddress(ipaddress.ip_address(host))]
        except ValueError:
            names = [x509.DNSName(host)]
        certificate, secret = self.folder / f"{host}.pem", self.folder / f"{host}.key"
        certificate.write_bytes(self._sign(_name(host), key.public_key(), x509.SubjectAlternativeName(names)))
        secret.touch(mode=0o600)
        secret.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return certificate, secret

    def server(self, host: str = HOST) -> ssl.SSLContext:
        """What a TLS server of that name runs with: TLS 1.2 or newer."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(*self.issue(host))
        return context

    def _sign(self, subject: x509.Name, public: ec.EllipticCurvePublicKey, extension: x509.ExtensionType) -> bytes:
        now = datetime.datetime.now(datetime.UTC)
        builder = x509.CertificateBuilder(self._name, subject, public, x509.random_serial_number())
        builder = builder.not_valid_before(now - datetime.timedelta(hours=1))
        builder = builder.not_valid_after(now + datetime.timedelta(days=1)).add_extension(extension, critical=True)
        return builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common)])
