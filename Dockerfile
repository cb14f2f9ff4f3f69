# Duansou with the client of OpenSearch, for compose.yaml and compose.embedded.yaml:
#
#   docker build -t duansou .
#   docker run --read-only --tmpfs /tmp -v duansou:/index -e DUANSOU_ACCESS=open -p 127.0.0.1:8765:8765 duansou
#
# Who may read has to be said (DUANSOU_ACCESS): the page listens for all that reach the container.
# BASE may be given with its digest: --build-arg BASE=python:3.13.9-slim-bookworm@sha256:...
ARG BASE=python:3.13.9-slim-bookworm

FROM ${BASE} AS build
ENV PYTHONUTF8=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
COPY pyproject.toml MANIFEST.in README.md LICENSE constraints.txt ./
COPY tools/build_backend.py tools/
COPY src src
COPY templates templates
RUN python -m venv /opt/duansou
RUN /opt/duansou/bin/pip install --constraint constraints.txt '.[opensearch]'

FROM ${BASE}
ENV PYTHONUTF8=1 PYTHONDONTWRITEBYTECODE=1 PATH=/opt/duansou/bin:$PATH \
    DUANSOU_INDEX_DIR=/index DUANSOU_HOST=0.0.0.0
COPY --from=build /opt/duansou /opt/duansou
RUN useradd --uid 10001 --no-create-home reader && install -d -o 10001 -g 10001 /index
USER 10001
VOLUME /index
EXPOSE 8765
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8765/readyz', timeout=4)"]
ENTRYPOINT ["duansou"]
CMD ["serve"]
