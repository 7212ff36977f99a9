"""Every route, asked what no client would ask: nothing but what it documents comes back."""

import asyncio
import json
import os
import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.server.app import create_app
from kb.app.bootstrap import KnowledgeBase
from kb.paths import ROOT
from kb.store.jobs.leases import SENT
from tests.api.fuzzing import Asked, Operation, answered, operations, requests
from tests.shelf import put

pytestmark = pytest.mark.model  # the reranker of searches

EXAMPLES = int(os.environ.get("FUZZ", "200"))
"""For each route, in the long form."""
ROUTES = re.findall(
    r"^\| ([A-Z]+) \| `(/(?:v1|healthz|readyz)\S*)` \|",
    (ROOT / "docs" / "api.md").read_text("utf-8"),
    re.MULTILINE,
)
PLAIN = b"text/plain; charset=utf-8"
"""What Starlette says of a range that a file has not."""


class Fuzzed:
    """An application over a small store, asked in one event loop."""

    def __init__(self, kb: KnowledgeBase) -> None:
        documents = [put(kb, "alpha", f"{n}.txt", f"The rent of {n} is due.") for n in range(3)]
        job = kb.jobs.begin(SENT, kb.access.local_user())
        kb.jobs.close(job)
        self.app = create_app(kb)
        self.operations = operations(self.app, [*(one.id for one in documents), job])
        self.loop = asyncio.Runner()

    def check(self, operation: Operation, asked: Asked) -> None:
        status, headers, body = self.loop.run(answered(self.app, asked))
        told = operation.told["responses"]
        assert status == 503 or 200 <= status < 500, (status, asked, asked.body[:300])
        if status == 503:
            assert "503" in told, asked
            assert b"retry-after" in headers or operation.path == "/readyz", asked
        elif status >= 400 and headers[b"content-type"] != PLAIN:
            problem = json.loads(body)["error"]["problem"]
            assert problem.rstrip().endswith((".", "^")) or "\n" in problem, (problem, asked)


@pytest.fixture
def fuzzed(kb: KnowledgeBase) -> Iterator[Fuzzed]:
    fuzzed = Fuzzed(kb)
    yield fuzzed
    fuzzed.loop.close()


@settings(
    max_examples=300, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
)
@given(data=st.data())
def test_no_request_meets_anything_undocumented(fuzzed: Fuzzed, data: st.DataObject) -> None:
    operation = data.draw(st.sampled_from(fuzzed.operations))
    fuzzed.check(operation, data.draw(requests(operation)))


@pytest.mark.slow
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_none_of_many_requests_does(fuzzed: Fuzzed, method: str, path: str) -> None:
    [operation] = [o for o in fuzzed.operations if (o.method, o.path) == (method, path)]

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(asked=requests(operation))
    def check(asked: Asked) -> None:
        fuzzed.check(operation, asked)

    check()


def test_every_documented_route_is_among_them(fuzzed: Fuzzed) -> None:
    assert {(one.method, one.path) for one in fuzzed.operations} == set(ROUTES)
