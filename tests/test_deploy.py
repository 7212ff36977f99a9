"""What is needed to install and run: the image, the compose file, the pinned requirements."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from kb.answer import abstention
from tests.commands import ROOT, new_store

LOCKS = ("run.txt", "dev.txt", "models.txt", "build.txt", "cuda.txt")
PINNED = re.compile(
    r"[A-Za-z0-9][\w.-]*(\[[\w,-]+\])?==[^\s;*]+(\s*;[^#]+?)?(\s+--hash=sha256:[0-9a-f]{64})+"
)
REGISTRIES = (
    "pypi" + ".org",
    "files.python" + "hosted",
    "registry." + "npmjs",
    "python" + "hosted.org",
)


@pytest.fixture
def service() -> Any:
    composed = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    assert list(composed["services"]) == ["kb"]
    assert set(composed["volumes"]) == {"kb-data"}
    return composed["services"]["kb"]


def instructions() -> list[tuple[str, str]]:
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line.split(None, 1) for line in text.splitlines() if line and line[0] != "#"]
    return [(name, rest) for name, rest in lines]


def copied(folder: Path, *, until: str = "") -> None:
    """Copy into `folder` what the image gets, up to a RUN of `until`."""
    for name, rest in instructions():
        if name == "RUN" and until and until in rest:
            return
        if name == "COPY":
            *sources, target = rest.split()
            for source in sources:
                place = folder / target / (Path(source).name if target.endswith("/") else "")
                if (ROOT / source).is_dir():
                    place = folder / target
                    shutil.copytree(ROOT / source, place, dirs_exist_ok=True)
                else:
                    place.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(ROOT / source, place)
    assert not until, f"nothing runs {until}"


def test_the_service_is_on_the_hosts_loopback_and_keeps_its_data(service: Any) -> None:
    assert service["build"] == "."
    assert service["network_mode"] == "host" and "ports" not in service
    folder = service["environment"]["KB_DATA_DIR"]
    assert f"kb-data:{folder}" in service["volumes"]
    assert service["read_only"] is True and "/tmp" in service["tmpfs"]
    assert service["cap_drop"] == ["ALL"]


def test_the_base_image_is_held_by_its_digest() -> None:
    (base,) = [rest for name, rest in instructions() if name == "ARG" and rest.startswith("BASE=")]
    assert re.fullmatch(r"BASE=python:3\.11[\w.-]*@sha256:[0-9a-f]{64}", base)
    assert [rest for name, rest in instructions() if name == "FROM"] == ["${BASE}"]


def test_the_image_writes_where_the_volume_is_and_not_as_root(service: Any) -> None:
    given = instructions()
    folder = service["environment"]["KB_DATA_DIR"]
    assert ("VOLUME", folder) in given
    assert any(name == "ENV" and f"KB_DATA_DIR={folder}" in rest for name, rest in given)
    names = [name for name, _ in given]
    assert names.index("USER") < names.index("CMD")
    assert ("USER", "root") not in given


def test_the_health_check_asks_the_port_that_is_served(service: Any) -> None:
    how, program, flag, code = service["healthcheck"]["test"]
    assert (how, program, flag) == ("CMD", "python", "-c")
    assert "http://127.0.0.1:8321/healthz" in code
    compile(code, "healthcheck", "exec")
    assert "8321" in (ROOT / "kb" / "settings.py").read_text()


def test_compose_takes_the_file() -> None:
    try:
        there = subprocess.run(["docker", "compose", "version"], capture_output=True)
    except FileNotFoundError:
        pytest.skip("no container engine")
    if there.returncode:
        pytest.skip("no container engine")
    done = subprocess.run(
        ["docker", "compose", "config", "--quiet"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_the_image_holds_what_its_set_up_needs(tmp_path: Path) -> None:
    copied(tmp_path, until="make setup")
    done = subprocess.run(
        ["make", "--dry-run", "setup"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "requirements/install.sh" in done.stdout
    used = re.findall(r"\$here/([\w.]+)", (ROOT / "requirements" / "install.sh").read_text())
    assert used and all((tmp_path / "requirements" / name).is_file() for name in used)


def test_the_image_holds_what_an_answer_needs(tmp_path: Path) -> None:
    image = tmp_path / "image"
    copied(image)
    assert (image / "data" / "sample" / "questions.jsonl").is_file()
    assert all((image / one.relative_to(ROOT)).is_file() for one in abstention.WEIGHTS)
    kb = new_store(tmp_path, PYTHONPATH=str(image))
    kb.ingest(image / "data" / "sample" / "client-ndas")
    answer = kb.json("ask", "How long do the confidentiality obligations last?", "--no-llm")
    assert answer["quotes"]


def test_the_set_up_script_is_sound() -> None:
    script = ROOT / "requirements" / "install.sh"
    assert subprocess.run(["bash", "-n", script]).returncode == 0
    assert "set -euo pipefail" in script.read_text()
    for lock in LOCKS:
        line = next(line for line in script.read_text().splitlines() if f"$here/{lock}" in line)
        assert "--require-hashes" in line and "--no-deps" in line


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_by_hash(lock: str) -> None:
    requirements = demands(lock)
    assert requirements
    loose = [line for line in requirements if not PINNED.fullmatch(line)]
    assert loose == []
    assert "torch" not in names(requirements)


def test_torch_is_pinned_by_hash_with_the_builds_that_no_index_lists() -> None:
    [torch] = demands("torch.txt")
    assert PINNED.fullmatch(torch)
    text = (ROOT / "requirements" / "torch.txt").read_text()
    elsewhere = re.findall(r"^# elsewhere: (\S+) (sha256:[0-9a-f]{64}) \(", text, re.MULTILINE)
    assert elsewhere
    for version, sha256 in elsewhere:
        assert torch.startswith(f"torch=={version} ") and sha256 in torch


def test_nothing_is_installed_that_no_hash_holds() -> None:
    lines = (ROOT / "requirements" / "install.sh").read_text().splitlines()
    installs = [line for line in lines if "pip_install -" in line]
    assert installs
    assert [line for line in installs if "--require-hashes --no-deps" not in line] == []
    sources = [line for line in installs if "run.txt" in line or "$alone" in line]
    assert sources and all("--no-build-isolation" in line for line in sources)


def test_the_base_of_the_image_can_be_held_by_its_digest() -> None:
    [base] = [rest for name, rest in instructions() if name == "FROM"]
    assert base == "${BASE}"
    assert any(name == "ARG" and rest.startswith("BASE=") for name, rest in instructions())


def test_what_is_declared_is_what_is_locked() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    locked = {line.split("==")[0].split("[")[0].lower() for line in demands("run.txt")}
    tools = locked | {line.split("==")[0].split("[")[0].lower() for line in demands("dev.txt")}
    assert names(declared["dependencies"]) - locked == {"torch"}
    assert names(declared["optional-dependencies"]["dev"]) - tools == set()


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[=<>! ;]", line)[0].lower() for line in requirements}


def demands(file: str) -> list[str]:
    text = (ROOT / "requirements" / file).read_text().replace("\\\n", " ")
    lines = [re.sub(r"(^|\s)#.*", "", line).strip() for line in text.splitlines()]
    return [" ".join(line.split()) for line in lines if line.strip()]


def test_no_file_names_a_package_registry() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    files = [ROOT / name.decode() for name in listed.split(b"\0") if name]
    assert Path(__file__) in files
    found = [
        (file.name, registry)
        for file in files
        if file.is_file()
        for registry in REGISTRIES
        if registry.encode() in file.read_bytes()
    ]
    assert found == []
