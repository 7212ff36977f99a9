"""What is asked may come by standard input, which the list of processes does not show."""

import io
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from kb.cli import citations, search
from kb.cli.options import MOST_ASKED, what_is_asked
from kb.errors import BadRequest


def send(monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(sent)))


@pytest.mark.parametrize(
    ("argument", "sent", "asked"),
    [
        pytest.param("-", "When is the rent due?\n", "When is the rent due?", id="sent"),
        pytest.param(
            "-", "indemnif! w/10\n“loss”", "indemnif! w/10\n“loss”", id="of several lines"
        ),
        pytest.param("A rent?", "not read", "A rent?", id="an argument"),
    ],
)
def test_a_dash_reads_what_is_asked_from_standard_input(
    monkeypatch: pytest.MonkeyPatch, argument: str, sent: str, asked: str
) -> None:
    send(monkeypatch, sent.encode())
    assert what_is_asked(argument) == asked


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        pytest.param(b" \n", "is empty", id="nothing"),
        pytest.param(b"r\xe9sum\xe9", "not UTF-8", id="another encoding"),
        pytest.param("é".encode() * (MOST_ASKED + 1), "more than 4,000", id="too much"),
        pytest.param("é".encode() * (9 * MOST_ASKED), "more than 4,000", id="far too much"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, sent: bytes, problem: str
) -> None:
    send(monkeypatch, sent)
    with pytest.raises(BadRequest, match=problem):
        what_is_asked("-")


def test_a_closed_standard_input_is_an_empty_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(BadRequest, match="is empty"):
        what_is_asked("-")


@pytest.mark.parametrize("command", ["search - --terms", "search -", "ask -", "cites -"])
def test_every_command_that_takes_what_is_asked_reads_a_dash(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each refuses what is empty before it opens a store."""
    monkeypatch.setenv("KB_DATA_DIR", str(tmp_path / "none"))
    commands = typer.Typer(pretty_exceptions_enable=False)
    search.register(commands)
    citations.register(commands)
    ended = CliRunner().invoke(commands, command.split(), input=" ")
    assert isinstance(ended.exception, BadRequest)
    assert not (tmp_path / "none").exists()
