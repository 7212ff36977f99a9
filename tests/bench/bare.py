"""The embedder alone over the chunks of a store: what no ingestion can be faster than.

    python -m tests.bench.bare [STORE]

Without a store the models are only prepared. Prints one JSON object.
"""

import json
import sys
import time
from pathlib import Path

from kb.offline import go_offline

go_offline()

from kb.app.catalogue import Catalogue  # noqa: E402
from kb.models.embedder_factory import load_embedder  # noqa: E402
from kb.settings import Settings  # noqa: E402
from kb.text.context import context_line, embedded_text  # noqa: E402


def texts(store: Path) -> list[str]:
    """What was embedded for a store, each text once, since a known one is not embedded again."""
    catalogue = Catalogue(Settings(data_dir=store))
    rows = catalogue.database.rows(
        "SELECT c.heading, c.text, d.title FROM chunk c "
        "JOIN document d ON d.id = c.document_id ORDER BY c.key"
    )
    catalogue.close()
    found = (embedded_text(context_line(r["title"], r["heading"]), r["text"]) for r in rows)
    return list(dict.fromkeys(found))


def main(arguments: list[str]) -> int:
    embedder = load_embedder(Settings())
    if not arguments:
        return 0
    known = texts(Path(arguments[0]))
    embedder.embed(known[:20])
    began, cpu = time.perf_counter(), time.process_time()
    embedder.embed(known)
    seconds, cpu_s = time.perf_counter() - began, time.process_time() - cpu
    print(json.dumps({"texts": len(known), "seconds": seconds, "cpu_s": cpu_s}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
