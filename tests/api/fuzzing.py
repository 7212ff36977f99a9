"""Requests that no client would send, made from the application's own schema.

They go to the application itself, since a client would not send most of them: addresses
and bodies are bytes, as the server hands them on.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from fastapi import FastAPI
from hypothesis import strategies as st

Json = dict[str, Any]

BYTES: tuple[bytes, ...] = (
    *(b"", b" ", b"0", b"-1", b"1", b"1.5", b"1e999", b"NaN", b"null", b"true", b"[]", b"{}"),
    *(b"%d" % edge for edge in (2**31, 2**53, 2**63 - 1, 2**63, 2**64, -(2**63) - 1, 10**400)),
    *(b"9" * 5000, "٣".encode(), "²".encode()),
    *(b"\x00", b"a\x00b", b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90\x80\x80"),
    *(text.encode() for text in ("\u202e", "\ufffe", "e\u0301" * 500, "😀", "ﷺ" * 100)),
    *(b"../../etc/passwd", b"..", b"/", b"//", b"%00", b"%", b"\\", b"?", b"#", b";", b"&", b"="),
    *(b'"', b"'", b"' OR 1=1 --", b"*", b"(" * 3000, b"NOT " * 3000, b"a /9999999999 b"),
    *(b"x" * 10_000, b" " * 10_000, b"\r\n\r\n", b"{{7*7}}", b"<script>"),
)
"""Edges of numbers, text and encodings, for addresses, headers and the fields of forms."""

DEEP = 10_000
SNIPPETS: tuple[str, ...] = (
    *("null", "true", "0", "-1", "1.5", "1e999", "-1e999", "NaN", "Infinity", "-0.0"),
    *(str(edge) for edge in (2**31, 2**53 + 1, 2**63, -(2**63) - 1, 2**200)),
    *("9" * 5000, "[]", "{}", '""', '" "', '"x"', '"\\u0000"', '"\\ud800"', '"\\udfff x"'),
    *("[" * DEEP + "]" * DEEP, '{"a":' * DEEP + "1" + "}" * DEEP, "[" * DEEP),
    *(json.dumps("x" * 5000), json.dumps(["x"] * 300), json.dumps([[]]), json.dumps([None])),
    *(json.dumps("(" * 1000), json.dumps("a AND " * 300), json.dumps('"a /3 b'), "[1,", "'x'", ""),
)
"""Values in JSON, and what is none."""

BODIES: tuple[bytes, ...] = (
    *(b"", b"\x00", b"\xff\xfe{\x00}\x00", b"{", b"null", b"[]", b'""', b"{}{}"),
    *(b'{"query": "x", "query": 1}', b'{"query": "\xff"}', b'\xef\xbb\xbf{"query": "x"}'),
    *(b"query=x", b"--b", b"--b--\r\n"),
    *(b"[" * DEEP, b"[" * DEEP + b"]" * DEEP, b"x" * 300_000),
)
KINDS: tuple[bytes, ...] = (
    *(b"", b"application/json", b"application/json; charset=utf-16", b"application/xml", b"/"),
    *(b"text/plain", b"application/x-www-form-urlencoded", b"\xff", b";" * 999),
    *(b"multipart/form-data", b"multipart/form-data; boundary=b", b"multipart/form-data; boundary"),
)
SAMPLES = ("rent", "alpha", "rent /5 due", "2024-01-01", "1 U.S. 1")


@dataclass(frozen=True)
class Asked:
    """One request, as a server hands it on."""

    method: str
    path: str
    query: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Operation:
    """One method of one route, with what its schema says."""

    method: str
    path: str
    told: Json = field(repr=False)
    schemas: Json = field(repr=False)
    ids: tuple[str, ...]
    """Of documents and jobs that there are."""

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


def operations(app: FastAPI, ids: Sequence[str] = ()) -> list[Operation]:
    schema = app.openapi()
    schemas = schema["components"]["schemas"]
    return [
        Operation(method.upper(), path, told, schemas, tuple(ids))
        for path, methods in schema["paths"].items()
        for method, told in methods.items()
    ]


@st.composite
def requests(draw: st.DrawFn, operation: Operation) -> Asked:
    """Mostly right but for one thing, so that they come beyond the first check."""
    wild = draw(st.sampled_from(("address", "query", "body", "body", "kind", "all", "nothing")))
    odd = {wild} if wild != "all" else {"address", "query", "body", "kind"}
    parameters = operation.told.get("parameters", [])
    headers = [(b"host", b"localhost"), *_headers(draw, parameters, odd)]
    body, kind = _body(draw, operation, odd)
    if "kind" in odd:
        kind = draw(st.sampled_from(KINDS))
    if kind:
        headers.append((b"content-type", kind))
    path = _path(draw, operation, odd)
    return Asked(operation.method, path, _query(draw, operation, odd), tuple(headers), body)


def _path(draw: st.DrawFn, operation: Operation, odd: set[str]) -> str:
    path = operation.path
    for parameter in operation.told.get("parameters", []):
        if parameter["in"] == "path":
            right = [b"1", b"court", *(one.encode() for one in operation.ids)]
            value = draw(st.sampled_from(BYTES if "address" in odd else right))
            path = path.replace(f"{{{parameter['name']}}}", quote(value, safe=""))
    return path


def _query(draw: st.DrawFn, operation: Operation, odd: set[str]) -> bytes:
    """Each parameter once, twice or not at all, in any order, with some that nobody knows."""
    parameters = operation.told.get("parameters", [])
    names = [parameter["name"] for parameter in parameters if parameter["in"] == "query"]
    ids = (one.encode() for one in operation.ids)
    values: tuple[bytes, ...] = (b"1", b"alpha", b"ready", b"rent", b"csv", b"true", *ids)
    end = b""
    if "query" in odd:
        names, values = [*names, "other", ""], BYTES
        end = draw(st.sampled_from((b"", b"&", b"&&=%", b"%zz")))
    if not names:
        return end
    pair = st.tuples(st.sampled_from(names), st.sampled_from(values))
    pairs = draw(st.lists(pair, max_size=3))
    return b"&".join(name.encode() + b"=" + quote(value).encode() for name, value in pairs) + end


def _headers(draw: st.DrawFn, parameters: list[Json], odd: set[str]) -> list[tuple[bytes, bytes]]:
    usual = [(b"accept", b"application/json"), (b"accept", b"\xff"), (b"range", b"bytes=5-1")]
    named = [p["name"].encode() for p in parameters if p["in"] == "header"]
    edges = [(name, value) for name in named for value in BYTES] if "query" in odd else []
    return draw(st.lists(st.sampled_from(usual + edges), max_size=2))


def _body(draw: st.DrawFn, operation: Operation, odd: set[str]) -> tuple[bytes, bytes]:
    content: Mapping[str, Json] = operation.told.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:
        return _form(draw, odd), b"multipart/form-data; boundary=b"
    if "body" in odd and draw(st.integers(0, 4)) == 0:
        return draw(st.sampled_from(BODIES)), b"application/json"
    if "application/json" not in content:
        return b"", b""
    schema = content["application/json"]["schema"]
    text = _snippet(draw, schema, operation, wild=2 if "body" in odd else 0)
    return text.encode(), b"application/json"


def _snippet(draw: st.DrawFn, schema: Json, operation: Operation, *, wild: int) -> str:
    """JSON of that shape as text; of `wild` ten parts it is something else."""
    if draw(st.integers(0, 9)) < wild:
        return draw(st.sampled_from(SNIPPETS))
    if "$ref" in schema:
        named = operation.schemas[schema["$ref"].rpartition("/")[2]]
        return _snippet(draw, named, operation, wild=wild)
    if "anyOf" in schema:
        return _snippet(draw, draw(st.sampled_from(schema["anyOf"])), operation, wild=wild)
    match schema.get("type"):
        case "object":
            return _object(draw, schema, operation, wild=wild)
        case "array":
            of, size = schema.get("items", {}), draw(st.integers(0, 2))
            items = (_snippet(draw, of, operation, wild=wild) for _ in range(size))
            return f"[{', '.join(items)}]"
    return json.dumps(draw(st.sampled_from(_scalars(schema, operation))))


def _scalars(schema: Json, operation: Operation) -> Sequence[Any]:
    if "enum" in schema:
        return list(schema["enum"])
    match schema.get("type"):
        case "integer" | "number":
            return (0, 1, 5, 200, int(schema.get("maximum", 9)))
        case "boolean":
            return (True, False)
        case "null":
            return (None,)
    return (*SAMPLES, *operation.ids)


def _object(draw: st.DrawFn, schema: Json, operation: Operation, *, wild: int) -> str:
    """With all that is needed and some of the rest, a field perhaps twice."""
    fields, needed = schema.get("properties", {}), schema.get("required", [])
    optional = sorted(set(fields) - set(needed)) or ["x"]
    names = [*needed, *draw(st.lists(st.sampled_from(optional), max_size=4))]
    values = (_snippet(draw, fields.get(name, {}), operation, wild=wild) for name in names)
    told = (f"{json.dumps(name)}: {value}" for name, value in zip(names, values, strict=True))
    return f"{{{', '.join(told)}}}"


def _form(draw: st.DrawFn, odd: set[str]) -> bytes:
    """A form with its matter, perhaps a path, and files; with odd names and values, or cut off."""
    edges = BYTES if "body" in odd else (b"alpha", b"a.txt", b"in/a.txt")
    names = draw(st.lists(st.sampled_from((b"path", b"file", b"matter", b"", b"\xff")), max_size=4))
    parts = [(b'name="matter"', b"alpha")]
    for name in names:
        value = draw(st.sampled_from(edges))
        file = b'; filename="' + draw(st.sampled_from(edges)) + b'"' if name == b"file" else b""
        parts.append((b'name="' + name + b'"' + file, value))
    head = b"--b\r\nContent-Disposition: form-data; "
    body = b"".join(head + name + b"\r\n\r\n" + value + b"\r\n" for name, value in parts)
    if "body" in odd and draw(st.booleans()):
        return body[: draw(st.integers(0, len(body)))]
    return body + b"--b--\r\n"


async def answered(app: FastAPI, asked: Asked) -> tuple[int, dict[bytes, bytes], bytes]:
    """Status, headers and body of the answer; a stream is left after a moment."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": asked.method,
        "scheme": "http",
        "path": unquote(asked.path),
        "raw_path": asked.path.encode(),
        "query_string": asked.query,
        "root_path": "",
        "headers": list(asked.headers),
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8321),
    }
    coming = [{"type": "http.request", "body": asked.body, "more_body": False}]
    told: list[Any] = []

    async def receive() -> Any:
        if coming:
            return coming.pop()
        await asyncio.sleep(0.2)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        told.append(message)

    await app(scope, receive, send)
    status = next((m["status"] for m in told if m["type"] == "http.response.start"), 0)
    headers = dict(told[0]["headers"]) if told else {}
    return status, headers, b"".join(m.get("body", b"") for m in told[1:])
