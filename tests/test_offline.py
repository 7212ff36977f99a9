"""Nothing leaves the machine: ingesting and asking, watched and without a network."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from kb.offline import SWITCHES
from tests.commands import ROOT, Commands, new_store
from tests.documents import LEASE, write_pdf

QUESTION = "When may either party end this lease?"

GUARD = '''
"""Refuses and records every attempt of a Python process to reach another machine."""
import ipaddress, os, sys

HERE = os.path.dirname(os.path.abspath(__file__))
LOOPBACK = ("localhost", b"localhost", "", None)

RECORD = os.path.join(HERE, "record")
OUT = os.open(RECORD, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)  # a parser cannot later

def note(kind, told):
    os.write(OUT, f"{kind} {os.getpid()} {told}\\n".encode())

def stays_here(host):
    try:
        return host in LOOPBACK or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

def watch(event, arguments):
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[-1]
        if not isinstance(address, tuple):
            return  # a Unix socket, or one that is connected already
        host = address[0]
    elif event in ("socket.gethostbyname", "socket.gethostbyaddr"):
        host = arguments[0]
    else:
        return
    if not stays_here(host):
        note("attempt", f"{event} {host!r} {sys.orig_argv}")
        raise PermissionError("This test allows no network.")

sys.addaudithook(watch)
note("watched", " ".join(sys.orig_argv[1:4]))
sys.executable = os.path.join(HERE, "python")  # so that children of any environment are watched
'''

ASK = "import urllib.request; urllib.request.urlopen('http://192.0.2.1:9/', timeout=3)"

FIRST = f"""
import os, sys
told = os.dup(1)  # a parser closes the other one
SWITCHES = {SWITCHES!r}
VENDORS = "chromadb torch transformers sentence_transformers huggingface_hub tokenizers " \\
    "onnxruntime unstructured llama_index llama_cpp nltk spacy fastapi opentelemetry".split()
seen = []

class Watch:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name in VENDORS:
            wrong = [s for s, value in SWITCHES.items() if os.environ.get(s) != value]
            if wrong:
                os.write(2, f"{{name}} was imported before {{wrong}}\\n".encode())
                os._exit(9)
            seen.append(name)
        return None

sys.meta_path.insert(0, Watch)
"""

ENTRIES = {
    "kb.__main__": ("import kb.__main__, chromadb, fastapi, unstructured", "chromadb"),
    "kb.sandbox.child": (
        "import socket, kb.sandbox.child as s\n"
        "ours, theirs = socket.socketpair(); ours.close(); s._end_as = print\n"
        "s.main(s.Limits(), theirs); import unstructured",
        "unstructured",
    ),
    "kb.store.vectors.probe": (
        "import tempfile; from kb.store.vectors.probe import main\n"
        "main(tempfile.mkdtemp(), 'none')",
        "chromadb",
    ),
    "kb.models.llm_process": (
        "from kb.models.llm_process import main\n"
        "try: main('/nowhere.gguf', '512', '1')\n"
        "except ValueError: pass",
        "llama_cpp",
    ),
}
"""Each program of ours: how it begins, and a vendor that it has imported by then."""


@pytest.fixture
def kb(tmp_path: Path) -> Commands:
    """A store of its own, and documents whose formats go through every kind of parser."""
    folder = tmp_path / "in" / "Harbor Mills"
    folder.mkdir(parents=True)
    write_pdf(folder / "lease.pdf", [LEASE])
    sample = ROOT / "data" / "sample"
    for name in ("first-amendment-to-lease.docx", "chronology.md", "rent-ledger.xlsx"):
        (folder / name).write_bytes((sample / "aldergate-lease-dispute" / name).read_bytes())
    (folder / "opinion.html").write_bytes(
        (sample / "authorities" / "tolliver-v-ashdown.html").read_bytes()
    )
    (folder / "note.html").write_text("<h1>Note</h1><p>The tenant of Quay Street wrote today.</p>")
    return new_store(tmp_path)


def watched(folder: Path, environ: dict[str, str]) -> dict[str, str]:
    """An environment in which every Python process, and its children, is watched."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(GUARD)
    wrapper = folder / "python"
    wrapper.write_text(
        f'#!/bin/sh\nPYTHONPATH="{folder}:$PYTHONPATH" exec "{sys.executable}" "$@"\n'
    )
    wrapper.chmod(0o755)
    return {**environ, "PYTHONPATH": f"{folder}{os.pathsep}{environ['PYTHONPATH']}"}


def records(folder: Path, kind: str) -> list[str]:
    lines = (folder / "record").read_text().splitlines()
    return [line for line in lines if line.startswith(f"{kind} ")]


def test_the_watch_sees_and_refuses_an_attempt(tmp_path: Path) -> None:
    environ = watched(tmp_path / "watch", {**os.environ, "PYTHONPATH": ""})
    done = subprocess.run([sys.executable, "-c", ASK], env=environ, capture_output=True, text=True)
    assert "This test allows no network." in done.stderr
    [attempt] = records(tmp_path / "watch", "attempt")
    assert "192.0.2.1" in attempt


def test_ingesting_and_asking_try_to_reach_no_other_machine(kb: Commands, tmp_path: Path) -> None:
    kb.environ = watched(tmp_path / "watch", kb.environ)
    lines, _ = kb.ingest(tmp_path / "in")
    assert {line["status"] for line in lines} == {"ready"}
    answer = kb.json("ask", QUESTION)
    assert answer["quotes"] and answer["model"]
    told = answer["answer"]
    assert told["text"] or told["withheld"]  # it wrote; what a small model writes may be withheld
    assert kb.json("cites", "555 US 7")["documents"] == 1  # eyecite was there, and read
    processes = "\n".join(records(tmp_path / "watch", "watched"))
    for module in ("-m kb ingest", "-m kb ask", "-m kb.sandbox.child", "-m kb.models.llm_process"):
        assert module in processes.replace("-P ", "")
    assert records(tmp_path / "watch", "attempt") == []


def test_setting_up_the_embedder_tries_to_reach_no_other_machine(tmp_path: Path) -> None:
    kb = Commands(tmp_path / "store")  # without the prepared one: torch exports it now
    kb.environ = watched(tmp_path / "watch", kb.environ)
    kb.run("search", "anything")
    assert "-m kb search" in records(tmp_path / "watch", "watched")[0]
    assert records(tmp_path / "watch", "attempt") == []


def without_interfaces(*command: str, environ: dict[str, str]) -> tuple[str, int]:
    """What it printed, and how often anything in that namespace looked for a way out.

    The kernel counts each connection or datagram for which there is no route,
    whichever library and language made it.
    """
    script = '"$@" && cat /proc/net/snmp /proc/net/snmp6 2>/dev/null | sed "s/^/net: /"'
    done = subprocess.run(
        ["unshare", "-rn", "sh", "-c", script, "sh", *command],
        capture_output=True,
        text=True,
        env=environ,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    counts = [line.split()[1:] for line in lines if line.startswith("net: ")]
    names, values = [row for row in counts if row[0] == "Ip:"]
    sixes = [int(row[1]) for row in counts if row[0] == "Ip6OutNoRoutes"]
    told = "\n".join(line for line in lines if not line.startswith("net: "))
    return told, int(values[names.index("OutNoRoutes")]) + sum(sixes)


@pytest.fixture(scope="module")
def _namespaces() -> None:
    try:
        allowed = subprocess.run(["unshare", "-rn", "true"], capture_output=True).returncode == 0
    except FileNotFoundError:
        allowed = False
    if not allowed:
        pytest.skip("network namespaces are not allowed here")


@pytest.mark.usefixtures("staying")
def test_where_no_route_leads_out_an_attempt_is_counted() -> None:
    attempt = f"try:\n {ASK}\nexcept OSError: pass"
    _, tries = without_interfaces(sys.executable, "-c", attempt, environ=dict(os.environ))
    assert tries > 0


@pytest.mark.usefixtures("staying")
def test_ingesting_and_asking_work_where_no_route_leads_out(kb: Commands, tmp_path: Path) -> None:
    command = (sys.executable, "-m", "kb")
    taken, tries = without_interfaces(
        *command, "ingest", str(tmp_path / "in"), "--json", environ=kb.environ
    )
    assert (json.loads(taken.splitlines()[-1])["summary"]["ready"], tries) == (6, 0)
    told, tries = without_interfaces(*command, "ask", QUESTION, "--json", environ=kb.environ)
    assert json.loads(told)["model"]  # it was asked; what it writes may be withheld
    assert tries == 0


STAYS_OPEN_S = 14
"""onnxruntime sends its first events after some eight seconds, so a quick run shows nothing."""


@pytest.fixture(scope="module")
def staying(_namespaces: None) -> "Iterator[Future[tuple[str, int]]]":
    """A model that stays open while the other tests run, and how often it looked for a way out."""
    program = (
        "import time; from kb.offline import go_offline; go_offline(); "
        "from kb.models.cross_encoders import packaged_reader; "
        f"packaged_reader().score('Who pays?', ['The buyer pays.']); time.sleep({STAYS_OPEN_S})"
    )
    kept = {name: value for name, value in os.environ.items() if name not in (*SWITCHES, "CI")}
    environ = {**kept, "PYTHONPATH": str(ROOT)}
    with ThreadPoolExecutor(1) as beside:
        yield beside.submit(without_interfaces, sys.executable, "-c", program, environ=environ)


def begun(program: str) -> subprocess.CompletedProcess[str]:
    """Run a program that stops with 9 where a vendor comes before a switch."""
    environ = {name: value for name, value in os.environ.items() if name not in SWITCHES}
    whole = f"{FIRST}\n{program}\nos.write(told, ' '.join(seen).encode())"
    return subprocess.run(
        [sys.executable, "-c", whole],
        env={**environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_switch_is_in_force_before_a_vendor_is_imported(entry: str) -> None:
    program, vendor = ENTRIES[entry]
    done = begun(program)
    assert done.returncode == 0, done.stderr
    assert vendor in done.stdout.split()


def test_a_vendor_imported_first_would_be_noticed() -> None:
    done = begun("import onnxruntime, kb.__main__")
    assert done.returncode == 9
    assert "onnxruntime was imported before" in done.stderr


def test_every_program_of_ours_is_among_those_that_are_checked() -> None:
    programs = {
        ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for room in ("kb", "ingest", "api")
        for file in (ROOT / room).rglob("*.py")
        if "__name__ == '__main__'" in ast.unparse(ast.parse(file.read_text()))
    }
    assert programs == set(ENTRIES)


def test_a_model_that_stays_open_tries_to_reach_nobody(
    staying: "Future[tuple[str, int]]",
) -> None:
    _, tries = staying.result()
    assert tries == 0
