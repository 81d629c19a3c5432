"""Unpacking what came packed, never beyond a limit: a small body can hold a thousand times its size."""

import zlib

from bot.errors import TooLarge, Unreadable

GZIP_MAGIC = b"\x1f\x8b"
_MOST_LAYERS = 2
_EITHER = zlib.MAX_WBITS | 32  # gzip or zlib, by what the bytes say


def unpack(body: bytes, encoding: str, limit: int) -> bytes:
    """The bytes under a Content-Encoding. Raises Unreadable (not asked for, broken) or TooLarge (above `limit`)."""
    layers = [name for part in encoding.lower().split(",") if (name := part.strip()) not in ("", "identity")]
    if len(layers) > _MOST_LAYERS or not set(layers) <= {"gzip", "x-gzip", "deflate"}:
        raise Unreadable("packed in a way that wasn't asked for")
    for _ in layers:
        body = inflate(body, limit)
    return body


def inflate(data: bytes, limit: int) -> bytes:
    """The content of gzip (of several members, too), zlib or bare deflate data. Raises Unreadable or TooLarge."""
    if not data:
        return b""
    try:
        return _inflate(data, limit, _EITHER)
    except zlib.error:
        pass
    try:  # "deflate" should be zlib's form, yet some servers send the bare one
        return _inflate(data, limit, -zlib.MAX_WBITS)
    except zlib.error:
        raise Unreadable("packed data that can't be unpacked") from None


def _inflate(data: bytes, limit: int, form: int) -> bytes:
    out = bytearray()
    while data:
        member = zlib.decompressobj(form)
        out += member.decompress(data, limit + 1 - len(out))
        if len(out) > limit:
            raise TooLarge(f"larger than {limit / 1e6:.0f} MB when unpacked")
        if not member.eof:
            raise Unreadable("packed data that breaks off")
        data = member.unused_data if member.unused_data.startswith(GZIP_MAGIC) else b""
    return bytes(out)
