#!/usr/bin/env bash
# Renews the hashed locks from pyproject.toml; what is pinned stays as it is.
# usage: PYTHON=python3 UPGRADE= lock.sh   UPGRADE=1 takes the newest of all, UPGRADE=NAME of one
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

"${PYTHON:-python3}" -m venv "$scratch/venv"
"$scratch/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
    --require-hashes --no-deps -r "$here/lock.txt"

case ${UPGRADE:-} in
"") upgrade=() ;;
1) upgrade=(--upgrade) ;;
*) upgrade=(--upgrade-package "$UPGRADE") ;;
esac

# for the oldest Python that is promised, whichever runs this
compile() {
    local lock=$1
    shift
    cp "$here/$lock" "$scratch/$lock"
    "$scratch/venv/bin/uv" pip compile "$(dirname "$here")/pyproject.toml" --output-file "$scratch/$lock" \
        --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
        --quiet ${upgrade[@]+"${upgrade[@]}"} "$@"
}

# without: the pins of stdin, less those whose names match
without() { awk -v names="^($1)==" '/^[^ ]/ { out = $0 ~ names } !out'; }
names_of() { sed -n 's/^\([^ =]*\)==.*/\1/p' "$1" | paste -sd '|'; }
# keep: the comment at the head of a lock, then stdin, in its place
keep() { { sed -n '/^#/!q;p' "$here/$1"; cat; } >"$scratch/new" && cp "$scratch/new" "$here/$1"; }

# torch.txt installs torch with its own libraries; nothing reads by way of pandoc any more
torch='torch|triton|nvidia-.*|cuda-.*'
left_out="$torch|pypandoc-binary"

compile run.txt
without "$left_out" <"$scratch/run.txt" | keep run.txt
pins=(--constraint "$scratch/run.txt")
compile dev.txt --extra dev "${pins[@]}"
without "$left_out" <"$scratch/dev.txt" | keep dev.txt
compile ray.txt --extra ray "${pins[@]}"
without "$(names_of "$scratch/run.txt")" <"$scratch/ray.txt" | keep ray.txt
upgrade=() # below are no ranges to choose from
compile models.txt --no-deps --extra models
without "$(names_of "$scratch/run.txt")" <"$scratch/models.txt" | keep models.txt
compile lock.txt --no-deps --extra lock
without "$(names_of "$scratch/run.txt")" <"$scratch/lock.txt" | keep lock.txt
