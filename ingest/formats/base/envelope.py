"""Envelopes of signed, compressed and encrypted content: what was signed, taken out.

Cryptographic Message Syntax (RFC 5652) in BER, of which only as much is read as leads to the
signed bytes. No signature is checked.
"""

import base64
import binascii
import re
import zlib
from collections.abc import Iterator

_SIGNED = bytes.fromhex("2a864886f70d010702")
_COMPRESSED = bytes.fromhex("2a864886f70d0109100109")
_OPENINGS = (b"\x06\x09" + _SIGNED[:-1], b"\x06\x0b" + _COMPRESSED[:-1])
_OID, _OCTETS, _SEQUENCE, _EXPLICIT, _CONSTRUCTED = 0x06, 0x04, 0x30, 0xA0, 0x20
_ARMOUR = re.compile(rb"-----(?:BEGIN|END) [A-Z0-9 ]+-----")
_BASE64 = re.compile(rb"\s*MI[A-Za-z0-9+/]{62}")
_HEAD = 48  # bytes in which a file says that it is such an envelope


class _Malformed(ValueError):
    """It is not BER, or not the structure that was expected."""


def is_envelope(head: bytes) -> bool:
    """Whether a file that begins with `head` holds signed, compressed or encrypted content."""
    if head[:1] != b"\x30":
        if not _ARMOUR.match(head.lstrip()) and not _BASE64.match(head):
            return False
        head = _binary(head[:4096])
    return any(one in head[:_HEAD] for one in _OPENINGS)


def unwrapped(content: bytes, *, most_bytes: int) -> bytes | None:
    """What was signed or compressed; None where it is encrypted or not such an envelope.

    b"" where it is a signature alone, of what lies elsewhere. What would unpack to more than
    `most_bytes` counts as no envelope.
    """
    content = _binary(content)
    try:
        kind, at = _kind(content, 0)
        if kind not in (_SIGNED, _COMPRESSED):
            return None
        at = _inside(content, at, _EXPLICIT)
        at = _inside(content, at, _SEQUENCE)
        at = _after(content, _after(content, at))  # the version and the algorithms
        _, at = _kind(content, at)
        if at >= len(content) or content[at] != _EXPLICIT:
            return b""
        found = b"".join(_octets(content, _inside(content, at, _EXPLICIT)))
    except (_Malformed, IndexError):
        return None
    if kind == _SIGNED:
        return found
    try:
        unpacking = zlib.decompressobj()
        found = unpacking.decompress(found, most_bytes)
        return None if unpacking.unconsumed_tail else found
    except zlib.error:
        return None


def _binary(content: bytes) -> bytes:
    if content[:1] == b"\x30":
        return content
    bare = b"".join(_ARMOUR.sub(b"", content).split())
    try:
        return base64.b64decode(bare[: len(bare) // 4 * 4])
    except (binascii.Error, ValueError):
        return content


def _header(content: bytes, at: int) -> tuple[int, int, int]:
    """The tag at `at`, where its content begins and where it ends, -1 where it does not say."""
    tag, length = content[at], content[at + 1]
    if tag & 0x1F == 0x1F:
        raise _Malformed
    at += 2
    if length < 0x80:
        return tag, at, at + length
    if length == 0x80:
        return tag, at, -1
    size = length & 0x7F
    if size > 8 or at + size > len(content):
        raise _Malformed
    return tag, at + size, at + size + int.from_bytes(content[at : at + size], "big")


def _inside(content: bytes, at: int, expected: int) -> int:
    tag, start, _ = _header(content, at)
    if tag != expected:
        raise _Malformed
    return start


def _kind(content: bytes, at: int) -> tuple[bytes, int]:
    """The object identifier that opens a sequence (or stands alone), and what follows it."""
    tag, start, end = _header(content, at)
    if tag == _SEQUENCE:
        tag, start, end = _header(content, start)
    if tag != _OID or not start <= end <= len(content):
        raise _Malformed
    return content[start:end], end


def _after(content: bytes, at: int) -> int:
    """The place after the element at `at`; one of unknown length is walked through."""
    opened = 0
    while at < len(content):
        tag, start, end = _header(content, at)
        if tag == 0 and start == end:
            opened -= 1
            at = end
        elif end < 0:
            opened += 1
            at = start
        else:
            at = end
        if opened <= 0:
            return at
    raise _Malformed


def _octets(content: bytes, at: int) -> Iterator[bytes]:
    """The pieces of an octet string, which may be cut into strings in each other."""
    tag, start, end = _header(content, at)
    if tag == _OCTETS:
        yield content[start:end]
        return
    if tag != _OCTETS | _CONSTRUCTED:
        raise _Malformed
    at, last = start, len(content) if end < 0 else min(end, len(content))
    opened = 1
    while at < last:
        tag, start, end = _header(content, at)
        if tag == _OCTETS:
            yield content[start:end]
            at = end
        elif tag == _OCTETS | _CONSTRUCTED:
            opened += end < 0
            at = start
        else:
            opened -= 1
            at = end
            if tag or opened <= 0:
                return
