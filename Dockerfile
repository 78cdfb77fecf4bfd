# A worker, which is also the gateway (python -m gateway) and the command line: docker compose run --rm worker python starter.py list
FROM python:3.13.7-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

RUN useradd --system --uid 10001 --home-dir /var/lib/evergreen --create-home evergreen
WORKDIR /opt/evergreen

COPY deploy/requirements.lock deploy/requirements.lock
RUN pip install --require-hashes -r deploy/requirements.lock

COPY . .
RUN python -m compileall -q .

USER evergreen
ENV EVERGREEN_HOME=/var/lib/evergreen
VOLUME /var/lib/evergreen

# The worker takes SIGTERM as "finish what you are at": exec form, so that the signal is its own.
STOPSIGNAL SIGTERM
CMD ["python", "worker.py"]
