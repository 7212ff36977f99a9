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
    [ "$lock" != run.txt ] || cat "$here/torch.txt" "$here/cuda.txt" >>"$scratch/$lock"
    "$scratch/venv/bin/uv" pip compile "${source:-$(dirname "$here")/pyproject.toml}" --output-file "$scratch/$lock" \
        --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
        --quiet ${upgrade[@]+"${upgrade[@]}"} "$@"
}

# without: the pins of stdin, less those whose names match; only: just those
without() { awk -v names="^($1)==" '/^[^ ]/ { out = $0 ~ names } !out'; }
only() { awk -v names="^($1)==" '/^[^ ]/ { out = $0 ~ names } out'; }
# elsewhere: a pin, and the hashes of the builds of its version that no index lists
elsewhere() {
    awk -v known="$(sed -n 's/^# elsewhere: \([^ ]*\) \([^ ]*\).*/\1 \2/p' "$here/torch.txt" | paste -sd ';')" '
        /^[^ ]/ { split($1, pin, "==") }
        { print lines; lines = $0; all = all $0 }
        END { many = split(known, each, ";")
              for (n = 1; n <= many; n++) { split(each[n], one, " ")
                  if (one[1] == pin[2] && !index(all, one[2])) lines = lines " \\\n    --hash=" one[2] }
              print lines }' | sed '/^$/d'
}
names_of() { sed -n 's/^\([^ =]*\)==.*/\1/p' "$1" | paste -sd '|'; }
# keep: the comment at the head of a lock, then stdin, in its place
keep() { { sed -n '/^#/!q;p' "$here/$1"; cat; } >"$scratch/new" && cp "$scratch/new" "$here/$1"; }

# torch and its libraries are installed first; nothing reads by way of pandoc any more
cuda='triton|nvidia-.*|cuda-.*'
left_out="torch|$cuda|pypandoc-binary"

compile run.txt
without "$left_out" <"$scratch/run.txt" | keep run.txt
only torch <"$scratch/run.txt" | elsewhere | keep torch.txt
only "$cuda" <"$scratch/run.txt" | keep cuda.txt
pins=(--constraint "$scratch/run.txt")
compile dev.txt --extra dev "${pins[@]}"
without "$left_out" <"$scratch/dev.txt" | keep dev.txt
compile ray.txt --extra ray "${pins[@]}"
without "$(names_of "$scratch/run.txt")" <"$scratch/ray.txt" | keep ray.txt
source="$here/build.in" compile build.txt "${pins[@]}"
cat "$scratch/build.txt" | keep build.txt
upgrade=() # below are no ranges to choose from
compile models.txt --no-deps --extra models
without "$(names_of "$scratch/run.txt")" <"$scratch/models.txt" | keep models.txt
compile lock.txt --no-deps --extra lock
without "$(names_of "$scratch/run.txt")" <"$scratch/lock.txt" | keep lock.txt
