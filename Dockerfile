# the index of all platforms as it stood in October 2026, with Python 3.11.16; renewed on purpose
ARG BASE=python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b
FROM ${BASE}
RUN apt-get update \
    && apt-get install -y --no-install-recommends build-essential \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/kb
COPY Makefile pyproject.toml ./
COPY requirements requirements
RUN make setup
COPY kb kb
COPY ingest ingest
COPY api api
COPY data/models data/models
COPY LICENSE THIRD_PARTY.md ./
COPY data/sample data/sample
RUN useradd --system --uid 10001 kb && mkdir -p /var/lib/kb && chown kb /var/lib/kb
USER kb
ENV KB_DATA_DIR=/var/lib/kb PYTHONPATH=/srv/kb PATH=/srv/kb/.venv/bin:$PATH
VOLUME /var/lib/kb
CMD ["kb", "serve"]
