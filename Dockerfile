# Setright's one image: `setright api`, `setright worker` and `setright db migrate` are the same code.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 OPENBLAS_NUM_THREADS=1 PATH=/opt/setright/.venv/bin:$PATH
WORKDIR /opt/setright

# Repositories are a source of knowledge, and git is what reads them.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/*

# The locked packages first: this layer is rebuilt only when a lock file changes.
COPY requirements-bootstrap.lock requirements.lock ./
RUN python -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements-bootstrap.lock \
    && .venv/bin/uv pip install --python .venv/bin/python --no-cache --no-deps --require-hashes -r requirements.lock

COPY . .
RUN .venv/bin/uv pip install --python .venv/bin/python --no-cache --no-deps --no-build-isolation -e . \
    && useradd --system --create-home --home-dir /var/lib/setright setright \
    && install --directory --owner=setright /var/lib/setright/audit

USER setright
ENV SETRIGHT_DATA_DIR=/var/lib/setright/data
ENTRYPOINT ["setright"]
CMD ["--help"]
