"""What control runs put in the place of ``razdar.core.crypto.suites.by_id``: everything is stored as it is."""

from collections.abc import Callable
from typing import Any


def null_suite(original: Callable[[int], Any]) -> Callable[[int], Any]:
    """A ``by_id`` whose every suite seals nothing. Runs in weakened child processes only."""
    suite, plain = type(original(0x11)), _plain()

    def pieces(_key: object, _context: object, source: Any) -> Any:
        return iter([source] if isinstance(source, bytes | bytearray | memoryview) else source)

    def nothing(number: int) -> Any:
        before = bytes({0x22: 1136}.get(number, 28))  # as long as what a suite adds: lengths are looked at
        return suite(
            seal=lambda _key, plaintext, _aad, _nonce: before + bytes(plaintext),
            open=lambda _key, sealed, _aad: bytes(sealed[len(before) :]),
            seal_file=pieces,
            open_file=lambda _key, _context, read_range, size: plain(read_range, size),
        )

    return nothing


def _plain() -> Any:
    import io

    class Plain(io.RawIOBase):
        def __init__(self, read_range: Callable[[int, int], bytes], size: int) -> None:
            super().__init__()
            self._file = io.BytesIO(bytes(read_range(0, size)))

        def readable(self) -> bool:
            return True

        def seekable(self) -> bool:
            return True

        def seek(self, offset: int, whence: int = 0, /) -> int:
            return self._file.seek(offset, whence)

        def tell(self) -> int:
            return self._file.tell()

        def readinto(self, buffer: Any, /) -> int:
            return self._file.readinto(buffer)

    return Plain
