# Duansou with the client of OpenSearch, for compose.yaml: docker build -t duansou .
FROM python:3.13-slim
ENV PYTHONUTF8=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /duansou
COPY pyproject.toml MANIFEST.in README.md LICENSE ./
COPY src src
COPY templates templates
RUN pip install '.[opensearch]' && useradd --create-home reader
USER reader
EXPOSE 8765
ENTRYPOINT ["duansou"]
CMD ["serve"]
