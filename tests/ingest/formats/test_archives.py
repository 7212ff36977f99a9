import bz2
import gzip
import io
import lzma
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import docx
import pytest

from ingest.formats.archives.zip import member_name
from ingest.formats.base.options import ParseOptions
from ingest.formats.base.parts import said_size, shown
from ingest.parsing.dispatch import read_file
from ingest.parsing.parse import parse
from kb.domain import Reading
from kb.errors import ParseFailed
from kb.sandbox.pool import Pool
from kb.sandbox.scratch import trusted
from kb.settings import Settings
from tests.ingest.formats.letters import tarred, zipped

LETTER = b"The rent is due on the first of each month.\n" * 4
MEMBERS = {"a.txt": LETTER, "Letters/2017/b.txt": b"We agree.", "empty.txt": b""}


@pytest.fixture
def options(tmp_path: Path) -> ParseOptions:
    (tmp_path / "scratch").mkdir()
    return ParseOptions(scratch=str(tmp_path / "scratch"))


def unpacked(content: bytes, name: str, options: ParseOptions) -> Reading:
    path = Path(options.scratch).parent / "offered"
    path.write_bytes(content)
    return read_file(str(path), name, options)


def contents(reading: Reading) -> dict[str, bytes]:
    return {part.name: Path(part.path).read_bytes() for part in reading.parts}


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        pytest.param(zipped(MEMBERS), "a.zip", "application/zip", id="ZIP"),
        pytest.param(zipped(MEMBERS, method=zipfile.ZIP_LZMA), "a", "application/zip", id="LZMA"),
        pytest.param(tarred(MEMBERS), "a.tar", "application/x-tar", id="TAR"),
        pytest.param(tarred(MEMBERS, "w:gz"), "a.tgz", "application/gzip", id="TGZ"),
        pytest.param(tarred(MEMBERS, "w:bz2"), "a.tbz2", "application/x-bzip2", id="TBZ2"),
        pytest.param(tarred(MEMBERS, "w:xz"), "a.tar.xz", "application/x-xz", id="TXZ"),
    ],
)
def test_members_are_parts_and_the_text_is_their_list(
    options: ParseOptions, content: bytes, name: str, media_type: str
) -> None:
    reading = unpacked(content, name, options)
    assert reading.media_type == media_type
    assert reading.problem is None
    assert reading.text == (
        "Archive of 3 files:\n\na.txt (176 bytes)\nLetters/2017/b.txt (9 bytes)\n"
        "empty.txt (0 bytes)"
    )
    assert contents(reading) == {"a.txt": LETTER, "Letters/2017/b.txt": b"We agree."}
    names = sorted(file.name for file in Path(options.scratch).iterdir())
    assert names == ["0001", "0002"]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        pytest.param(gzip.compress(LETTER), "letter.txt.gz", id="gzip"),
        pytest.param(bz2.compress(LETTER), "letter.txt.bz2", id="bzip2"),
        pytest.param(lzma.compress(LETTER), "letter.txt.xz", id="xz"),
    ],
)
def test_a_single_packed_file_is_one_part(options: ParseOptions, content: bytes, name: str) -> None:
    assert contents(unpacked(content, name, options)) == {"letter.txt": LETTER}


def test_a_zip_in_a_zip_is_a_part_that_can_be_opened_in_turn(
    options: ParseOptions, tmp_path: Path
) -> None:
    outer = unpacked(zipped({"in.zip": zipped({"a.txt": LETTER})}), "a.zip", options)
    [part] = outer.parts
    (tmp_path / "deeper").mkdir()
    inner = read_file(part.path, part.name, ParseOptions(scratch=str(tmp_path / "deeper"), depth=1))
    assert contents(inner) == {"a.txt": LETTER}
    deepest = read_file(part.path, part.name, ParseOptions(scratch=options.scratch, depth=4))
    assert deepest.parts == ()
    assert "a.txt" in deepest.text
    assert deepest.problem is not None and "it lies inside 4 others" in deepest.problem


def test_without_scratch_an_archive_is_its_list(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(zipped(MEMBERS))
    reading = read_file(str(path), "a.zip", ParseOptions())
    assert reading.parts == () and reading.problem is None
    assert "Letters/2017/b.txt" in reading.text


BOMB = bytes(64 << 20)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        pytest.param(zipped({"a.txt": LETTER, "bomb": BOMB}), "a.zip", id="ZIP"),
        pytest.param(tarred({"a.txt": LETTER, "bomb": BOMB}, "w:gz"), "a.tgz", id="TGZ"),
    ],
)
def test_a_bomb_is_left_where_its_ratio_ends_and_what_came_before_is_kept(
    options: ParseOptions, content: bytes, name: str
) -> None:
    assert len(BOMB) > 200 * len(content)
    reading = unpacked(content, name, options)
    assert contents(reading) == {"a.txt": LETTER}
    assert reading.problem is not None and "it unpacks to more than" in reading.problem
    assert [file.name for file in Path(options.scratch).iterdir()] == ["0001"]


def test_a_single_file_that_is_a_bomb_is_left(options: ParseOptions) -> None:
    reading = unpacked(gzip.compress(BOMB), "a.txt.gz", options)
    assert reading.parts == ()
    assert reading.problem is not None and "unpacks to more than" in reading.problem
    assert list(Path(options.scratch).iterdir()) == []


def test_entries_that_overlap_count_each_time(options: ParseOptions) -> None:
    """One compressed kernel, named by many entries of the directory (Fifield, WOOT 2019)."""
    plain = zipped({"kernel": bytes(range(256)) * 4096})
    at = plain.index(b"PK\x01\x02")
    end = plain.index(b"PK\x05\x06")
    entries = plain[at:end] * 200
    count = struct.pack("<HH", 200, 200)
    tail = plain[end : end + 8] + count + struct.pack("<II", len(entries), at) + b"\0\0"
    limits = ParseOptions(scratch=options.scratch, most_bytes=20 << 20, most_ratio=1 << 20)
    reading = unpacked(plain[:at] + entries + tail, "a.zip", limits)
    assert len(reading.parts) <= 20
    assert reading.problem is not None


def test_ten_thousand_members_give_the_first_two_thousand(options: ParseOptions) -> None:
    members = {f"{number:05}.txt": b"x" for number in range(10_000)}
    reading = unpacked(zipped(members, method=zipfile.ZIP_STORED), "a.zip", options)
    assert len(reading.parts) == 2000
    assert reading.problem == (
        "The rest of what it holds was not taken out, since it holds more than 2,000 files. "
        "Unpack it and add that."
    )


TRICKS = (
    "../../etc/passwd",
    "/etc/passwd",
    "a/../../b.txt",
    "C:\\Windows\\b.txt",
    "\\\\server\\b.txt",
)


@pytest.mark.parametrize("make", [zipped, tarred], ids=["ZIP", "TAR"])
def test_paths_that_lead_outside_are_refused_and_named(
    options: ParseOptions, make: Callable[[dict[str, bytes]], bytes]
) -> None:
    content = make({**dict.fromkeys(TRICKS, b"x"), "in/./a..b.txt": b"good"})
    reading = unpacked(content, "a.zip", options)
    assert contents(reading) == {"in/./a..b.txt": b"good"}
    assert reading.problem == (
        "Left out, with a path that leads outside: “../../etc/passwd”, “/etc/passwd”, "
        "“a/../../b.txt”, “C:/Windows/b.txt”, “//server/b.txt”."
    )


def test_links_and_devices_are_not_followed(options: ParseOptions, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("of another matter")
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, kind in (("soft", tarfile.SYMTYPE), ("hard", tarfile.LNKTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, str(secret)
            archive.addfile(info)
        device = tarfile.TarInfo("device")
        device.type = tarfile.CHRTYPE
        archive.addfile(device)
        archive.add(secret, "kept.txt")
    reading = unpacked(buffer.getvalue(), "a.tar", options)
    assert list(contents(reading)) == ["kept.txt"]
    assert reading.problem == "Left out, links and devices: “soft”, “hard”, “device”."
    link = zipfile.ZipInfo("soft")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr(link, str(secret))
    assert read_file(str(tmp_path / "a.zip"), "", options).parts == ()


def test_what_systems_leave_behind_is_left_out_without_a_word(options: ParseOptions) -> None:
    junk = ("__MACOSX/._a.txt", ".DS_Store", "x/Thumbs.db", ".git/config", "desktop.ini", "._b")
    reading = unpacked(zipped({**dict.fromkeys(junk, b"x"), "a.txt": LETTER}), "a.zip", options)
    assert contents(reading) == {"a.txt": LETTER}
    assert reading.problem is None
    assert reading.text.endswith("Hidden and system files, not listed: 6.")


def test_members_of_one_name_are_kept_apart(options: ParseOptions) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for number, name in enumerate(("a.txt", "a.txt", "A.TXT", "b")):
                archive.writestr(name, str(number))
    found = contents(unpacked(buffer.getvalue(), "a.zip", options))
    assert found == {"a.txt": b"0", "a (2).txt": b"1", "A (3).TXT": b"2", "b": b"3"}


def test_encrypted_members_are_named_and_the_others_taken(options: ParseOptions) -> None:
    content = bytearray(zipped({"secret.txt": LETTER, "open.txt": LETTER}))
    content[content.index(b"PK\x03\x04") + 6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    reading = unpacked(bytes(content), "a.zip", options)
    assert list(contents(reading)) == ["open.txt"]
    assert reading.problem == "Left out, encrypted: “secret.txt”."


@pytest.mark.parametrize(
    ("content", "name"),
    [
        pytest.param(
            zipped({"a.txt": LETTER, "b.bin": Random(1).randbytes(9999)}), "a.zip", id="ZIP"
        ),
        pytest.param(
            zipped({"a.txt": LETTER, "b": LETTER * 99}, method=zipfile.ZIP_STORED), "a.zip", id="0"
        ),
        pytest.param(tarred({"a.txt": LETTER, "b.bin": LETTER * 999}), "a.tar", id="TAR"),
    ],
)
def test_an_archive_that_breaks_off_gives_what_comes_before(
    options: ParseOptions, content: bytes, name: str
) -> None:
    cut = content[: content.index(b"b") + 600]
    reading = unpacked(cut, name, options)
    assert contents(reading) == {"a.txt": LETTER}
    assert reading.problem is not None
    assert "damaged" in reading.problem or "breaks off" in reading.problem


def test_a_streamed_zip_that_breaks_off_gives_what_comes_before(options: ParseOptions) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise OSError

        def tell(self) -> int:
            raise OSError

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("a.txt", "b.txt", "c.txt"):
            archive.writestr(name, name.encode() + LETTER)
    content = pipe.getvalue()
    reading = unpacked(content[: content.index(b"PK\x01\x02")], "a.zip", options)
    assert contents(reading) == {n: n.encode() + LETTER for n in ("a.txt", "b.txt", "c.txt")}
    assert reading.problem is not None and "breaks off" in reading.problem


def test_a_packed_tar_that_breaks_off_gives_what_comes_before(options: ParseOptions) -> None:
    noise = Random(1).randbytes(200_000)
    content = tarred({"a.txt": LETTER, "b.bin": noise, "c.txt": LETTER}, "w:gz")
    reading = unpacked(content[: len(content) // 2], "a.tgz", options)
    assert contents(reading) == {"a.txt": LETTER}
    assert reading.problem is not None and "damaged" in reading.problem


def test_one_damaged_member_costs_no_other(options: ParseOptions) -> None:
    content = bytearray(zipped({"a.txt": LETTER, "b.txt": LETTER, "c.txt": LETTER}))
    second = content.index(b"b.txt") + 5
    content[second : second + 4] = b"\xff\xff\xff\xff"
    reading = unpacked(bytes(content), "a.zip", options)
    assert list(contents(reading)) == ["a.txt", "c.txt"]
    assert reading.problem == "Left out, damaged: “b.txt”."


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        pytest.param("K\u00fcndigung.txt".encode(), "K\u00fcndigung.txt", id="UTF-8, unsaid"),
        pytest.param("K\u00fcndigung.txt".encode("cp437"), "K\u00fcndigung.txt", id="DOS"),
        pytest.param("\u00c1rea.txt".encode("cp850"), "\u00c1rea.txt", id="DOS, western"),
        pytest.param("Re\u00e7u.txt".encode("cp1252"), "Re\u00e7u.txt", id="Windows"),
        pytest.param(
            "\u0414\u043e\u0433\u043e\u0432\u043e\u0440.txt".encode("cp866"),
            "\u0414\u043e\u0433\u043e\u0432\u043e\u0440.txt",
            id="Cyrillic",
        ),
    ],
)
def test_names_in_old_code_pages_are_read(raw: bytes, name: str) -> None:
    assert member_name(raw) == name


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        pytest.param("a\n\t b.txt", "a b.txt", id="line ends"),
        pytest.param("invoice\u202efdp.exe", "invoicefdp.exe", id="turned round"),
        pytest.param("\0\x1b[31m", "[31m", id="controls"),
        pytest.param("", "unnamed", id="nothing"),
    ],
)
def test_names_are_shown_without_tricks(name: str, seen: str) -> None:
    assert shown(name) == seen


def test_sizes_are_said_in_units() -> None:
    sizes = [said_size(size) for size in (1, 999, 1536, 5 << 20, 3 << 30)]
    assert sizes == ["1 byte", "999 bytes", "1.5 kB", "5 MB", "3 GB"]


def test_documents_that_are_zip_files_are_no_archives(
    options: ParseOptions, tmp_path: Path
) -> None:
    document = docx.Document()
    document.add_paragraph("The rent is due.")
    document.save(str(tmp_path / "rent.docx"))
    assert read_file(str(tmp_path / "rent.docx"), "rent.zip", options).parts == ()
    for member in ("[Content_Types].xml", "META-INF/MANIFEST.MF", "Index/Document.iwa"):
        with pytest.raises(ParseFailed, match="kind that is not read"):
            unpacked(zipped({member: b"x"}), "a", options)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"7z\xbc\xaf\x27\x1c" + bytes(30), "7-Zip archive", id="7z"),
        pytest.param(b"Rar!\x1a\x07\x01\0" + bytes(30), "RAR archive", id="RAR"),
        pytest.param(b"!BDN" + bytes(600), "Outlook mailbox", id="PST"),
        pytest.param(b"PK\x03\x04 cut off", "nothing can be taken", id="no ZIP at all"),
    ],
)
def test_what_is_not_opened_says_what_to_do(
    options: ParseOptions, content: bytes, says: str
) -> None:
    with pytest.raises(ParseFailed, match=says):
        unpacked(content, "a.zip", options)


def test_parts_come_out_of_the_sandbox_and_are_trusted(
    tmp_path: Path, pool: Pool, options: ParseOptions
) -> None:
    path = tmp_path / "offered"
    path.write_bytes(zipped(MEMBERS))
    reading = parse(path, "a.zip", pool, Settings(), options)
    found = [trusted(part, Path(options.scratch)).read_bytes() for part in reading.parts]
    assert found == [LETTER, b"We agree."]
