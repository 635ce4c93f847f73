"""A web page on this machine: drop a video, a picture or a recording, get a verdict with reasons."""

from pathlib import Path
from typing import Annotated

import typer

from keras_impl import cli

LOCAL = "127.0.0.1"

LOCAL_NAMES = [LOCAL, "localhost"]
"""What a browser on this machine may call it; other names are refused, as another site's trick."""


def main(
    model: Annotated[
        Path | None,
        typer.Option(help="A results folder, or one approach's folder in it. [default: results, else results/demo]"),
    ] = None,
    max_false_alarms: Annotated[
        float | None,
        typer.Option(
            min=0.0001,
            max=0.9999,
            help="Share of real files whose image, and whose sound, may be called fake. [default: that of equal error]",
        ),
    ] = None,
    host: Annotated[
        str, typer.Option(help="Address to listen at; 0.0.0.0 lets everybody in who reaches this machine.")
    ] = LOCAL,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen at; 0 takes a free one.")] = 7860,
    max_megabytes: Annotated[float, typer.Option(min=0.001, help="Largest file that is taken, 10^6 bytes.")] = 200,
    max_seconds: Annotated[float, typer.Option(min=1, help="Longest video or recording that is taken.")] = 300,
    time_limit: Annotated[float, typer.Option(min=1, help="Seconds that judging one file may take.")] = 120,
) -> None:
    """Open the web page; Ctrl-C ends it, and deletes what was uploaded."""
    from keras_impl.errors import DataError
    from keras_impl.verdict.models import find_models

    models = find_models(model)
    try:
        import uvicorn

        from keras_impl.web.app import Limits, Site, make_app
    except ImportError as error:
        raise DataError(f"the web page needs {error.name}: pip install 'keras_impl[web]'") from None

    import socket

    from keras_impl.verdict.batch import Settings
    from keras_impl.verdict.judging import thresholds_of
    from keras_impl.web.examples import find_examples
    from keras_impl.web.uploads import Uploads
    from keras_impl.web.worker import Worker

    for part in models.parts:
        thresholds_of(part, max_false_alarms)  # so that a rate that can't be promised is an error here
    settings = Settings(models, max_false_alarms, time_limit, max_seconds)
    named = "; ".join(f"{part.decisive.title} ({part.decisive.path.parent})" for part in models.parts)
    site = Site(models.parts[0].folder / "comparison.html", find_examples(), named, models.caution, models.suffixes)
    limits = Limits(max_megabytes, max_seconds, time_limit)
    listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    address, taken = listening.getsockname()[:2]
    with listening, Uploads() as uploads:
        worker = Worker(settings, uploads.folder, time_limit)
        hosts = LOCAL_NAMES if address == LOCAL else ["*"]
        app = make_app(worker, uploads, limits, site, hosts)
        shown = f"[{address}]" if ":" in address else address
        cli.say(f"Open http://{shown}:{taken} in a browser; Ctrl-C ends it.")
        if models.caution:
            cli.warn(f"These models prove nothing. {models.caution}")
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=3
        )
        uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    cli.run(main, "serve")
