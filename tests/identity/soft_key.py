"""A passkey in software (WebAuthn level 3): ES256, no attestation."""

import hashlib
import json
import os
import re
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.utils import websafe_encode

USER_PRESENT_AND_VERIFIED, HAS_CREDENTIAL = 0x05, 0x40


class SoftKey:
    """Answers registration and sign-in challenges for one site."""

    def __init__(self, origin: str, site: str) -> None:
        self.origin, self.site = origin, site
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(16)
        self.count = 0

    def register(self, challenge: str) -> str:
        public = cbor.encode(dict(CoseKey.for_alg(-7).from_cryptography_key(self.key.public_key())))
        credential = bytes(16) + len(self.id).to_bytes(2) + self.id + public
        data = self._data(USER_PRESENT_AND_VERIFIED | HAS_CREDENTIAL) + credential
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", challenge)
        return self._answer(
            {"clientDataJSON": websafe_encode(client), "attestationObject": websafe_encode(attestation)}
        )

    def prove(self, challenge: str) -> str:
        self.count += 1
        data, client = self._data(USER_PRESENT_AND_VERIFIED), self._client("webauthn.get", challenge)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        return self._answer({name: websafe_encode(part) for name, part in parts.items()})

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.site.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, response: dict[str, Any]) -> str:
        name = websafe_encode(self.id)
        return json.dumps(
            {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}
        )


def challenge(page: bytes) -> str:
    data = re.search(rb'<script id="passkey-data" type="application/json">(.*?)</script>', page)
    assert data
    options = json.loads(data[1])
    return str(next(iter(options.values()))["publicKey"]["challenge"])
