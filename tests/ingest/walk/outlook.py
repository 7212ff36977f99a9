"""A message as Outlook keeps it, whose every property carries a word of its own ([MS-OXMSG])."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from tests.ingest.walk.walking import Sample

_SECTOR, _MINI, _END, _FREE = 512, 64, 0xFFFFFFFE, 0xFFFFFFFF
_TEXT, _BYTES, _OBJECT = 0x1F, 0x102, 0x0D
Tree = Mapping[str, "bytes | Tree"]


@dataclass(slots=True)
class _Entry:
    name: str
    kind: int
    after: int = _FREE
    child: int = _FREE
    start: int = 0
    size: int = 0

    def packed(self) -> bytes:
        name = self.name.encode("utf-16-le")
        return struct.pack(
            "<64sHBBIII16sIQQIQ", name, len(name) + 2, self.kind, 1, _FREE, self.after, self.child,
            b"", 0, 0, 0, self.start, self.size,
        )  # fmt: skip


def _compound(tree: Tree) -> bytes:
    """A compound file of streams below 4096 bytes ([MS-CFB])."""
    entries, small, chain = [_Entry("Root Entry", 5)], bytearray(), list[int]()

    def add(below: Tree) -> int:
        first, before = _FREE, None
        for name, held in below.items():
            entry = _Entry(name, 2 if isinstance(held, bytes) else 1)
            entries.append(entry)
            number = len(entries) - 1
            first = number if before is None else first
            if before is not None:
                before.after = number
            before = entry
            if not isinstance(held, bytes):
                entry.child = add(held)
            elif held:
                entry.start, entry.size = len(chain), len(held)
                small.extend(held.ljust(-(-len(held) // _MINI) * _MINI, b"\0"))
                chain.extend([*range(len(chain) + 1, len(small) // _MINI), _END])
        return first

    entries[0].child = add(tree)
    folders = b"".join(one.packed() for one in entries)
    kept = [folders, struct.pack(f"<{len(chain)}I", *chain), bytes(small)]
    starts, table = [], list[int]()
    for one in kept:
        starts.append(len(table))
        table += [*range(len(table) + 1, len(table) + -(-len(one) // _SECTOR)), _END]
    entries[0].start, entries[0].size = starts[2], len(small)
    kept[0] = b"".join(one.packed() for one in entries)
    table.append(0xFFFFFFFD)
    assert len(table) <= _SECTOR // 4
    kept.append(struct.pack(f"<{len(table)}I", *table))
    fills = (b"\0", b"\xff", b"\0", b"\xff")
    body = (
        one.ljust(-(-len(one) // _SECTOR) * _SECTOR, fill)
        for one, fill in zip(kept, fills, strict=True)
    )
    head = struct.pack(
        "<8s16sHHHHH6xIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6,
        0, 1, starts[0], 0, 4096, starts[1], 1, _END, 0, len(table) - 1,
    )  # fmt: skip
    return head.ljust(_SECTOR, b"\xff") + b"".join(body)


def _storage(said: Mapping[tuple[int, int], bytes | Tree], *, head: int) -> dict[str, bytes | Tree]:
    """Properties by number and type; a short value of another type stands in the table itself."""
    table, streams = bytearray(head), dict[str, bytes | Tree]()
    for (number, kind), value in said.items():
        own = kind not in (_TEXT, _BYTES, _OBJECT)
        size = bytes(value) if own and isinstance(value, bytes) else struct.pack("<Q", len(value))
        table += struct.pack("<HHI8s", kind, number, 6, size)
        if not own:
            streams[f"__substg1.0_{number:04X}{kind:04X}"] = value
    return {"__properties_version1.0": bytes(table), **streams}


def _text(words: str) -> bytes:
    return words.encode("utf-16-le")


def _attachment(name: str, content: bytes | Tree) -> dict[str, bytes | Tree]:
    kind, way = (_BYTES, 1) if isinstance(content, bytes) else (_OBJECT, 5)
    told: dict[tuple[int, int], bytes | Tree] = {
        (0x3705, 3): struct.pack("<Q", way),
        (0x3707, _TEXT): _text(name),
        (0x3701, kind): content,
    }
    return _storage(told, head=8)


def _outlook(**more: bytes) -> Sample:
    """`more` are properties of the message by number and type, “x10090102” for instance."""
    own: dict[tuple[int, int], bytes | Tree] = {
        (0x001A, _TEXT): _text("IPM.Note"),
        (0x0037, _TEXT): _text("zqsubject"),
        (0x0C1A, _TEXT): _text("zqsender"),
    }
    own |= {(int(key[1:5], 16), int(key[5:], 16)): value for key, value in more.items()}
    person = {(0x3001, _TEXT): _text("zqto"), (0x39FE, _TEXT): _text("b@x.com")}
    inner = _storage({(0x0037, _TEXT): _text("zqinner"), (0x1000, _TEXT): _text("in")}, head=24)
    content = _compound(
        {
            "__nameid_version1.0": {},
            **_storage(own, head=32),
            "__recip_version1.0_#00000000": _storage(dict(person), head=8),
            "__attach_version1.0_#00000000": _attachment("list.txt", b"zqlist"),
            "__attach_version1.0_#00000001": _attachment("zqattached.msg", inner),
        }
    )
    words = ("zqsubject", "zqsender", "zqto", "zqinner")
    members = {one: one.encode() for one in words} | {
        "list.txt": b"zqlist",
        "body": _words_of(more),
    }
    return Sample("walk.msg", content, members)


def _words_of(more: Mapping[str, bytes]) -> bytes:
    """What these properties say, without the zeros of their encoding."""
    return b" ".join(more.values()).replace(b"\0", b"")


def plain() -> Sample:
    return _outlook(x1000001F=_text("zqbody"))


def web() -> Sample:
    return _outlook(x10130102=b"<p>zqpage</p>")


def rich() -> Sample:
    source = b"{\\rtf1 zqrich}"
    return _outlook(x10090102=struct.pack("<II4sI", 0, len(source), b"MELA", 0) + source)
