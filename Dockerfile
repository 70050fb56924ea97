# One image for every service. Build with REQUIREMENTS=extras for a Dask cluster or S3 storage.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
ARG REQUIREMENTS=run
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
RUN python -m venv /opt/gaptracker
COPY requirements requirements
RUN /opt/gaptracker/bin/pip install --require-hashes -r "requirements/${REQUIREMENTS}.txt"
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY migrations migrations
COPY src src
RUN /opt/gaptracker/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
    && /opt/gaptracker/bin/pip install --no-deps --no-index /wheels/*.whl

FROM ${PYTHON_IMAGE} AS run
# The folder is made here so that a new named volume takes over its owner.
RUN groupadd --gid 10001 gaptracker \
    && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin gaptracker \
    && install -d -o gaptracker -g gaptracker -m 0750 /var/lib/gaptracker
COPY --from=build /opt/gaptracker /opt/gaptracker
ENV PATH=/opt/gaptracker/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    GAPTRACKER_DATA_DIR=/var/lib/gaptracker \
    GAPTRACKER_LOG_FORMAT=json
WORKDIR /var/lib/gaptracker
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=3)"]
CMD ["gaptracker", "serve", "--host", "0.0.0.0"]
