# The web page, on processors alone: docs/container.md says how to build and run it, and where data go.

FROM python:3.13-slim-trixie AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /source
RUN python -m venv /opt/keras_impl
COPY setup.cfg pyproject.toml constraints.txt README.md LICENSE ./
COPY keras_impl keras_impl
RUN /opt/keras_impl/bin/pip wheel --no-deps --wheel-dir /wheels .
# more of setup.cfg's extras: docker build --build-arg EXTRAS=web,heic
ARG EXTRAS=web
RUN /opt/keras_impl/bin/pip install --constraint constraints.txt "$(echo /wheels/*.whl)[${EXTRAS}]"
# verdicts do without TensorFlow, two thirds of all this; only training needs it
RUN /opt/keras_impl/bin/pip uninstall --yes tensorflow keras libclang

FROM python:3.13-slim-trixie
# anybody may write into the cache, as into /tmp, so that docker run --user works
RUN useradd --uid 10001 --home-dir /var/cache/keras_impl --no-create-home keras_impl \
    && install --directory --mode 1777 /var/cache/keras_impl
COPY --from=build /opt/keras_impl /opt/keras_impl
ENV PATH=/opt/keras_impl/bin:$PATH HOME=/var/cache/keras_impl KERAS_IMPL_CACHE=/var/cache/keras_impl PYTHONUNBUFFERED=1
USER keras_impl
VOLUME /var/cache/keras_impl
WORKDIR /data
EXPOSE 7860
# Python notices this one from its first moment; the other would be ignored until the page is there
STOPSIGNAL SIGINT
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:7860/healthz', timeout=4)"]
ENTRYPOINT ["keras-impl"]
CMD ["serve", "--host", "0.0.0.0", "--port", "7860"]
