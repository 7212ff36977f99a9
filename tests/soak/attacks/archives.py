"""Archives made to take long, or to unpack to far more than they are."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib

from tests.soak.attacks.base import Attack, Make, zipped

_WORDS = b"The rent is due. "


def _zeros(n: int) -> bytes:
    """`n` times a thousand zeros, packed as gzip packs them, without holding them all."""
    packer = zlib.compressobj(9, wbits=31)
    kilobyte = b"\0" * 1000
    return b"".join(packer.compress(kilobyte) for _ in range(n)) + packer.flush()


def _bomb(n: int) -> bytes:
    """A zip whose one member is a thousand times `n` zeros."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package,
        package.open("a.txt", "w", force_zip64=True) as member,
    ):
        for _ in range(n):
            member.write(b"\0" * 1000)
    return out.getvalue()


def _nested_zips(n: int) -> bytes:
    content = _WORDS
    for _ in range(n):
        content = zipped({"a.zip": content})
    return content


def _tree(n: int) -> bytes:
    """Ten zips in each of ten zips and so on, `n` texts at the bottom."""
    content, name = _WORDS * 100, "a.txt"
    for _ in range(len(str(n)) - 1):
        content, name = zipped({f"{k}-{name}": content for k in range(10)}), "a.zip"
    return content


def _overlapping(n: int) -> bytes:
    """A zip whose list names the same packed bytes `n` times."""
    whole = zipped({"a.txt": _WORDS * 1000})
    list_at = whole.index(b"PK\1\2")
    end_at = whole.index(b"PK\5\6")
    row, end = whole[list_at:end_at], bytearray(whole[end_at:])
    n = min(n, 65_000)
    end[8:12] = n.to_bytes(2, "little") * 2
    end[12:16] = (len(row) * n).to_bytes(4, "little")
    return whole[:list_at] + row * n + bytes(end)


def _tar(n: int, *, kind: bytes = tarfile.REGTYPE, name: str = "a{}.txt", link: str = "") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for k in range(n):
            member = tarfile.TarInfo(name.format(k))
            member.type, member.linkname = kind, link
            content = f"The rent {k % 50}.".encode() if kind == tarfile.REGTYPE else b""
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


def _long_tar(n: int) -> bytes:
    """A tar whose member says that it is `n` times a thousand bytes, and ends before."""
    member = tarfile.TarInfo("a.txt")
    member.size = n * 1000
    return member.tobuf(tarfile.GNU_FORMAT) + _WORDS * 100


def _again(pack: Make, times: int = 1) -> Make:
    def made(n: int) -> bytes:
        content = pack(n)
        for _ in range(times):
            content = gzip.compress(content, mtime=0)
        return content

    return made


def _members(n: int) -> bytes:
    return zipped({f"{k}.txt": f"The rent {k % 50}." for k in range(n)})


ATTACKS = (
    Attack("members", ".zip", _members),
    Attack("empty-members", ".zip", lambda n: zipped({f"{k}.txt": "" for k in range(n)})),
    Attack("folders", ".zip", lambda n: zipped({"a/" * min(n, 32_000) + "a.txt": _WORDS})),
    Attack("long-names", ".zip", lambda n: zipped({"a" * min(n, 65_000) + ".txt": _WORDS})),
    Attack("outside", ".zip", lambda n: zipped(
        {f"{'../' * 9}{k}/../../a{k % 40}.txt": f"The rent {k % 50}." for k in range(n)}
    ), 4),
    Attack("bomb", ".zip", _bomb, 6),
    Attack("nested", ".zip", _nested_zips, 3),
    Attack("tree", ".zip", _tree),
    Attack("overlapping", ".zip", _overlapping),
    Attack("torn", ".zip", lambda n: _members(n)[:-60]),
    Attack("members", ".tar", _tar, 4),
    Attack("links", ".tar", lambda n: _tar(n, kind=tarfile.SYMTYPE, link="/etc/passwd"), 4),
    Attack("hard-links", ".tar", lambda n: _tar(n, kind=tarfile.LNKTYPE, link="a0.txt"), 4),
    Attack("devices", ".tar", lambda n: _tar(n, kind=tarfile.CHRTYPE), 4),
    Attack("long-names", ".tar", lambda n: _tar(3, name="a" * n + "{}.txt"), 6),
    Attack("too-short", ".tar", _long_tar, 9),
    Attack("bomb", ".gz", _zeros, 6),
    Attack("streams", ".gz", lambda n: gzip.compress(_WORDS, mtime=0) * n),
    Attack("nested", ".gz", _again(lambda n: _WORDS * n, 30)),
    Attack("members", ".tgz", _again(_tar), 4),
    Attack("bomb", ".bz2", lambda n: bz2.compress(b"\0" * (n * 1000)), 5),
    Attack("streams", ".bz2", lambda n: bz2.compress(_WORDS) * n),
    Attack("bomb", ".xz", lambda n: lzma.compress(b"\0" * (n * 1000), preset=0), 5),
    Attack("streams", ".xz", lambda n: lzma.compress(_WORDS) * n),
)  # fmt: skip
