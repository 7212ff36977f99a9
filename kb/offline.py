"""Every vendor switch that stops dialling out, set before any vendor is imported.

`go_offline()` is the first line of every entry point and of every child
process. Importing this module imports nothing but the standard library.
"""

import os
from collections.abc import MutableMapping

SWITCHES: dict[str, str] = {
    # unstructured: telemetry at import and at each partition; a notice on stdout
    "DO_NOT_TRACK": "1",
    "SCARF_NO_ANALYTICS": "true",
    "UNSTRUCTURED_DISABLE_NOTICE": "1",
    # chromadb
    "ANONYMIZED_TELEMETRY": "False",
    # huggingface_hub, transformers, sentence-transformers
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    # llama-index and nltk look for data to download when these are unset
    "LLAMA_INDEX_DISABLE_TELEMETRY": "1",
    # opentelemetry arrives with chromadb; fastapi would configure it by itself
    "OTEL_SDK_DISABLED": "true",
    "FASTAPI_OTEL_AUTO_CONFIGURE": "false",
    # onnxruntime since 1.29: events to its maker, on unless this is set or CI is
    "ORT_DISABLE_TELEMETRY": "1",
    # ray, where it is installed
    "RAY_USAGE_STATS_ENABLED": "0",
    # tokenizers fork-safety notice; one text a call needs no threads
    "TOKENIZERS_PARALLELISM": "false",
}


def go_offline(environ: MutableMapping[str, str] = os.environ) -> None:
    """Set every switch, whatever it was before: the guarantee is not optional."""
    environ.update(SWITCHES)
