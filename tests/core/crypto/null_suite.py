"""What control runs put in the place of ``razdar.core.crypto.suites.by_id``: everything is stored as it is."""

from collections.abc import Callable
from typing import Any


def null_suite(original: Callable[[int], Any]) -> Callable[[int], Any]:
    """A ``by_id`` whose every suite seals nothing. Runs in weakened child processes only."""
    import io

    suite = type(original(0x11))

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

    def pieces(_key: object, _context: object, source: Any) -> Any:
        return iter([source] if isinstance(source, bytes | bytearray | memoryview) else source)

    nothing = suite(
        seal=lambda _key, plaintext, _aad, _nonce: bytes(plaintext),
        open=lambda _key, sealed, _aad: bytes(sealed),
        seal_file=pieces,
        open_file=lambda _key, _context, read_range, size: Plain(read_range, size),
    )
    return lambda _suite_id: nothing
