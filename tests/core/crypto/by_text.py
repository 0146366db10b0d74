"""A sealed file made by the text of the format alone."""

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

CHUNK, SEALED_CHUNK = 16384, 16400


def by_the_text(key: bytes, context: bytes, salt: bytes, plaintext: bytes) -> bytes:
    """A message made step by step as the C2SP text says."""
    info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\x00" + salt + context
    derived = HKDFExpand(SHA512(), 76, info).derive(key)
    message = salt + derived[44:]
    for number in range(len(plaintext) // CHUNK + 1):
        nonce = bytes(a ^ b for a, b in zip(derived[32:44], number.to_bytes(12), strict=True))
        chunk = plaintext[number * CHUNK : (number + 1) * CHUNK]
        message += AESGCM(derived[:32]).encrypt(nonce, chunk, None)
    return message
