"""The commands' way to a running owner: the same HTTP API over a Unix socket."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx

from kb.errors import Busy, KBError
from kb.serializers.results import Json
from kb.settings import Settings

SOCKET = "kb.sock"
_BASE = "http://localhost"


class OwnerError(KBError):
    """What the owner answered instead of a result, in its own words."""


class Owner:
    """A running `kb serve`, reached over its socket."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def search(self, query: str, matters: Sequence[str], limit: int, **more: object) -> Json:
        """`more` are further fields of POST /v1/search."""
        body = {"query": query, "matters": list(matters), "limit": limit, **more}
        found: Json = self._result(self._http.post("/v1/search", json=body))
        return found

    def similar(self, matters: Sequence[str], limit: int, **more: object) -> Json:
        """`more` are further fields of POST /v1/similar."""
        body = {"matters": list(matters), "limit": limit, **more}
        found: Json = self._result(self._http.post("/v1/similar", json=body))
        return found

    def ask(
        self, question: str, matters: Sequence[str], *, llm: bool, **more: object
    ) -> Iterator[tuple[str, Json]]:
        """The events of an answer as (name, data). Raises `Busy` and `OwnerError`.

        `more` are further fields of POST /v1/ask.
        """
        body = {"question": question, "matters": list(matters), "llm": llm, **more}
        headers = {"accept": "text/event-stream"}
        with self._http.stream("POST", "/v1/ask", json=body, headers=headers) as response:
            if response.status_code >= 400:
                response.read()
                self._result(response)
            name = ""
            for line in response.iter_lines():
                if line.startswith("event:"):
                    name = line[6:].strip()
                elif line.startswith("data:"):
                    yield name, json.loads(line[5:])

    def status(self) -> Json:
        found: Json = self._result(self._http.get("/v1/status"))
        return found

    def delete(self, document_id: str) -> None:
        response = self._http.delete(f"/v1/documents/{document_id}")
        if response.status_code >= 400:
            self._result(response)

    def reindex(self) -> int:
        return int(self._result(self._http.post("/v1/reindex", timeout=None))["vectors"])

    def _result(self, response: httpx.Response) -> Any:
        if response.status_code < 400:
            return response.json()
        try:
            error = response.json()["error"]
        except (ValueError, KeyError, TypeError):
            raise OwnerError(f"The service answered {response.status_code}.") from None
        if error.get("code") == "busy":
            raise Busy(int(response.headers.get("retry-after", "10")))
        raise OwnerError(error.get("problem", "The service refused."))


def socket_path(data_dir: Path) -> Path:
    """Where the owner of this data folder listens.

    A Unix socket's path may have about 100 bytes; for a longer folder the file
    `kb.sock.path` beside it names a short place.
    """
    path = Path(data_dir).absolute() / SOCKET
    pointer = path.with_name(f"{SOCKET}.path")
    return Path(pointer.read_text().strip()) if pointer.is_file() else path


def connect(settings: Settings) -> Owner | None:
    """The running owner, or None when none listens."""
    path = socket_path(settings.data_dir)
    if not path.exists():
        return None
    http = httpx.Client(
        transport=httpx.HTTPTransport(uds=str(path)),
        base_url=_BASE,
        timeout=httpx.Timeout(600, connect=2),
        trust_env=False,
    )
    try:
        http.get("/healthz").raise_for_status()
    except httpx.HTTPError:
        http.close()
        return None
    return Owner(http)
