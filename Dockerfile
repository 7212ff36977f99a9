# a tag moves: --build-arg BASE=python@sha256:... holds it to an image that you have looked at
ARG BASE=python:3.11-slim-bookworm
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
