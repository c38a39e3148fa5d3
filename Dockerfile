# A lean image: one stage builds the environment from the lock, the other only runs it.
#   docker build -t tocsin .
#   docker run --env-file .env -v tocsin:/data tocsin tocsin migrate
#   docker run --env-file .env -v tocsin:/data -p 3000:3000 tocsin

FROM python:3.11-slim-bookworm AS build

ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /src
RUN python -m venv /opt/tocsin
COPY requirements.lock ./
RUN /opt/tocsin/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot/ bot/
COPY migrations/ migrations/
COPY prompts/ prompts/
RUN /opt/tocsin/bin/pip install --no-cache-dir --no-deps --no-build-isolation .


FROM python:3.11-slim-bookworm

# Debian keeps one version of a package at a time: a pinned one is gone the day it is mended.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --system --gid 10001 tocsin \
    && useradd --system --uid 10001 --gid tocsin --no-create-home --shell /usr/sbin/nologin tocsin \
    && install --directory --owner=tocsin --group=tocsin /data

COPY --from=build /opt/tocsin /opt/tocsin

# Inside a container the only way in is the published port, so listening to everyone is safe.
ENV PATH=/opt/tocsin/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 \
    PORT=3000 \
    LOG_FORMAT=json

# The default database is a file in the current folder.
WORKDIR /data
VOLUME ["/data"]
USER 10001:10001
EXPOSE 3000

HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]

CMD ["tocsin", "serve"]
