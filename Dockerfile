# Wuzhen without torch: the first stage prepares the language model, the last has what asking, adding and Discord need.
ARG PYTHON=3.11

FROM python:${PYTHON}-slim AS models
WORKDIR /source
COPY . .
RUN python -m venv /models \
    && /models/bin/pip install --no-cache-dir --constraint .github/constraints.txt \
        --extra-index-url https://download.pytorch.org/whl/cpu '.[models]' \
    && WUZHEN_DATA=/tmp/data /models/bin/wuzhen model export /model

FROM python:${PYTHON}-slim AS base
WORKDIR /source
COPY . .
RUN python -m venv /wuzhen \
    && /wuzhen/bin/pip install --no-cache-dir --constraint .github/constraints.txt . \
    && /wuzhen/bin/pip uninstall --yes pip

FROM python:${PYTHON}-slim
RUN useradd --uid 10001 --create-home --home-dir /data --shell /usr/sbin/nologin wuzhen
COPY --from=models /model /model
COPY --from=base /wuzhen /wuzhen
ENV PATH=/wuzhen/bin:$PATH PYTHONUNBUFFERED=1 \
    WUZHEN_DATA=/data WUZHEN_MODEL=/model WUZHEN_PORT=9100 WUZHEN_LOG=json
USER 10001
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
# the first start reads the article that ships; then it is healthy while it can answer
HEALTHCHECK --interval=30s --timeout=5s --start-period=90s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9100/healthz', timeout=4)"]
ENTRYPOINT ["wuzhen"]
CMD ["run"]
