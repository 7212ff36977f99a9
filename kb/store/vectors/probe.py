"""Whether a vector index can be read, found out in a process that may die of it.

`python -m kb.store.vectors.probe FOLDER MODEL` ends with 0 when every vector can be read;
it is not a command for people.
"""

import sys
from pathlib import Path

from kb.errors import IndexUnavailable
from kb.offline import go_offline


def main(folder: str, model: str) -> int:
    go_offline()
    from kb.store.vectors.chroma import ChromaVectors  # noqa: PLC0415 - only after the switches are set

    try:
        index = ChromaVectors(Path(folder), model)
        sound = index.whole()
        index.close()
    except IndexUnavailable:
        return 1
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
