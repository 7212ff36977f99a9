"""The body of an Outlook message that is kept as packed Rich Text ([MS-OXRTFCP])."""

import struct

_BEGINNING = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    b"\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    b"\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
"""What every packed text may refer to."""
_WINDOW = 4096
_HEAD = 16


def unpacked(content: bytes) -> bytes:
    """The Rich Text in `content`, as far as it goes; b"" for what is none."""
    if len(content) < _HEAD:
        return b""
    _, size, kind, _ = struct.unpack_from("<II4sI", content)
    if kind == b"MELA":
        return content[_HEAD : _HEAD + size]
    return _unfolded(content[_HEAD:], size) if kind == b"LZFu" else b""


def _unfolded(packed: bytes, size: int) -> bytes:
    window = bytearray(_BEGINNING.ljust(_WINDOW, b"\0"))
    to, at = len(_BEGINNING), 0
    out = bytearray()
    while at < len(packed) and len(out) < size:
        flags, at = packed[at], at + 1
        for bit in range(8):
            refers = flags >> bit & 1
            if at + refers >= len(packed):
                return bytes(out)
            if not refers:
                said, at = packed[at : at + 1], at + 1
            else:
                reference, at = int.from_bytes(packed[at : at + 2], "big"), at + 2
                start, length = reference >> 4, (reference & 15) + 2
                if start == to:
                    return bytes(out)
                said = b""
            for step in range(1 if said else length):
                one = said[0] if said else window[(start + step) % _WINDOW]
                out.append(one)
                window[to] = one
                to = (to + 1) % _WINDOW
    return bytes(out[:size])
