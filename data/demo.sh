#!/usr/bin/env bash
# The main job, as a person would do it: take the sample firm in, then ask.
set -euo pipefail
cd "$(dirname "$0")/.."

kb() {
    local told="" word
    for word in "$@"; do
        if [[ $word == *" "* ]]; then told+=" \"$word\""; else told+=" $word"; fi
    done
    printf '\n\033[1m$ kb%s\033[0m\n' "$told"
    python -m kb "$@"
}

kb ingest data/sample
kb ask "What retainer did we ask Cobble Lane Kitchens to pay at the start?"
kb ask "Which law governs the Osprey NDA and which the Merlin NDA?"
kb ask "What hourly rates did we agree with Solent Pharmaceuticals?"
printf '\nOpen the page: run "make serve", then open http://127.0.0.1:%s in a browser.\n' "${KB_PORT:-8321}"
