"""Compound files, as older Office programs and Outlook write them ([MS-CFB], version 3)."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

SECTOR = 512
_SMALL = 64
_CUTOFF = 4096
_END, _FREE, _FAT, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF


@dataclass(slots=True)
class _Entry:
    name: str
    kind: int  # 1 a folder, 2 a stream, 5 the root
    content: bytes = b""
    below: "dict[str, _Entry]" = field(default_factory=dict)
    right: int = _NONE
    child: int = _NONE
    start: int = _END


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file of `streams` by path. Siblings are chained, each right of the one before."""
    root = _Entry("Root Entry", 5)
    entries = [root]
    for path, content in streams.items():
        *folders, name = path.split("/")
        place = root
        for folder in folders:
            if folder not in place.below:
                place.below[folder] = _Entry(folder, 1)
                entries.append(place.below[folder])
            place = place.below[folder]
        place.below[name] = _Entry(name, 2, content)
        entries.append(place.below[name])
    _chained(entries)
    return _laid_out(root, entries)


def _chained(entries: list[_Entry]) -> None:
    number = {id(entry): n for n, entry in enumerate(entries)}
    for entry in entries:
        held = sorted(entry.below.values(), key=lambda one: (len(one.name), one.name.upper()))
        for one, following in pairwise(held):
            one.right = number[id(following)]
        if held:
            entry.child = number[id(held[0])]


def _laid_out(root: _Entry, entries: list[_Entry]) -> bytes:
    small, small_fat = bytearray(), list[int]()
    sectors, fat = bytearray(), list[int]()

    def put(content: bytes, where: bytearray, table: list[int], size: int) -> int:
        count = -(-len(content) // size)
        first = len(table)
        table += [*range(first + 1, first + count), _END] if count else []
        where += content.ljust(count * size, b"\0")
        return first if count else _END

    for entry in entries:
        if entry.kind == 2 and len(entry.content) < _CUTOFF:
            entry.start = put(entry.content, small, small_fat, _SMALL)
        elif entry.kind == 2:
            entry.start = put(entry.content, sectors, fat, SECTOR)
    root.content = bytes(small)
    root.start = put(root.content, sectors, fat, SECTOR)
    packed_fat = struct.pack(f"<{len(small_fat)}I", *small_fat)
    packed_fat += struct.pack("<I", _FREE) * (-len(small_fat) % (SECTOR // 4))
    small_start = put(packed_fat, sectors, fat, SECTOR)
    folder_start = put(b"".join(map(_row, entries)), sectors, fat, SECTOR)
    return _headed(sectors, fat, folder_start, small_start, len(packed_fat) // SECTOR)


def _row(entry: _Entry) -> bytes:
    name = (entry.name + "\0").encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sIQQIQ",
        *(name, len(name), entry.kind, 1, _NONE, entry.right, entry.child),
        *(b"\0" * 16, 0, 0, 0, entry.start, len(entry.content)),
    )


def _headed(
    sectors: bytearray, fat: list[int], folder_start: int, small_start: int, small_count: int
) -> bytes:
    """The tables of sectors come last; the header names the first 109, further sectors the rest."""
    each = SECTOR // 4
    tables = further = 0
    while tables * each < len(fat) + tables + further:
        tables += 1
        further = max(0, -(-(tables - 109) // (each - 1)))
    places = [len(fat) + n for n in range(tables)]
    fat = [*fat, *[_FAT] * tables, *[0xFFFFFFFC] * further]
    fat += [_FREE] * (tables * each - len(fat))
    more = b""
    for n in range(further):
        named = places[109 + n * (each - 1) : 109 + (n + 1) * (each - 1)]
        named += [_FREE] * (each - 1 - len(named))
        following = places[-1] + n + 2 if n + 1 < further else _END
        more += struct.pack(f"<{each}I", *named, following)
    head = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\0" * 16, 0x3E, 3, 0xFFFE, 9, 6, b"\0" * 6),
        *(0, tables, folder_start, 0, _CUTOFF, small_start, small_count),
        *(places[-1] + 1 if further else _END, further),
    )
    first = places[:109] + [_FREE] * (109 - len(places[:109]))
    return (
        head
        + struct.pack("<109I", *first)
        + bytes(sectors)
        + struct.pack(f"<{len(fat)}I", *fat)
        + more
    )
