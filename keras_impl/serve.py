"""A web page on this machine: drop a video, a picture or a recording, get a verdict with reasons."""

import errno
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keras_impl import console
from keras_impl.web import PORT

if TYPE_CHECKING:
    import socket

LOCAL = "127.0.0.1"


def main(
    model: Annotated[Path | None, console.model_option()] = None,
    max_fpr: Annotated[float | None, console.max_fpr_option()] = None,
    host: Annotated[
        str, typer.Option(help="Address to listen at; 0.0.0.0 lets everybody in who reaches this machine.")
    ] = LOCAL,
    port: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=65535,
            help=f"Port to listen at; 0 takes a free one. [default: {PORT}, else a free one]",
            show_default=False,
        ),
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A further name that this machine is reached by; can be repeated."),
    ] = None,
    max_megabytes: Annotated[float, typer.Option(min=0.001, help="Largest file that is taken, 10^6 bytes.")] = 200,
    max_seconds: Annotated[float, typer.Option(min=1, help="Longest video or recording that is taken.")] = 300,
    time_limit: Annotated[float, typer.Option(min=1, help="Seconds that judging one file may take.")] = 120,
    allow_demo: Annotated[bool, console.allow_demo_option()] = False,
) -> None:
    """Open the web page; Ctrl-C ends it, and deletes what was uploaded."""
    from keras_impl.errors import DataError
    from keras_impl.prediction.trained import find_models

    listening = _listen(host, port)  # at once, so that a taken port is no news after minutes
    models = find_models(model)
    try:
        import uvicorn

        from keras_impl.web.app import make_app
    except ImportError as error:
        raise DataError(f"the web page needs {error.name}: pip install 'keras_impl[web]'") from None

    import ipaddress

    from keras_impl.prediction.decision import thresholds_of
    from keras_impl.prediction.many import Settings
    from keras_impl.prediction.render.words import catalogue
    from keras_impl.web.doors import names_at
    from keras_impl.web.examples import find_examples
    from keras_impl.web.page import Limits, Site
    from keras_impl.web.quality import cards_of
    from keras_impl.web.uploads import Uploads
    from keras_impl.web.worker import Worker

    for part in models.parts:
        thresholds_of(part, max_fpr)  # so that a rate that can't be promised is an error here
    settings = Settings(models, max_fpr, time_limit, max_seconds, allow_demo=allow_demo)
    named = "; ".join(f"{part.decisive.title} ({models.place_of(part)})" for part in models.parts)
    site = Site(
        models.parts[0].folder / "comparison.html",
        find_examples(models.suffixes),
        named,
        models.caution,
        models.suffixes,
        cards_of(models, has_own_threshold=max_fpr is None),
    )
    limits = Limits(max_megabytes, max_seconds, time_limit)
    address, taken = listening.getsockname()[:2]
    with listening, Uploads() as uploads:
        worker = Worker(settings, uploads.folder, time_limit)
        any_address = ipaddress.ip_address(address).is_unspecified
        names = names_at(address, {host, *(allow_host or ())})
        app = make_app(worker, uploads, limits, site, names, any_address)
        shown = LOCAL if any_address else f"[{address}]" if ":" in address else address
        console.say(f"Open http://{shown}:{taken} in a browser; Ctrl-C ends it.")
        if models.caution:
            console.warn(f"{catalogue('en').labels['caution']} {models.caution}")
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=3
        )
        uvicorn.Server(config).run(sockets=[listening])


def _listen(host: str, port: int | None) -> "socket.socket":
    """A socket that listens; where no port is asked for and the usual one is taken, at a free one.

    Raises
    ------
    DataError
        If that address or port can't be had.
    """
    import socket

    from keras_impl.errors import DataError

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for tried in (PORT, 0) if port is None else (port,):
        try:
            return socket.create_server((host, tried), family=family)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            is_taken = getattr(error, "errno", None) == errno.EADDRINUSE
            if is_taken and tried == PORT and port is None:
                console.warn(f"Port {PORT} is taken by another program: a free one is used")
                continue
            if is_taken:
                raise DataError(f"port {tried} is taken by another program: name another --port, or none") from None
            raise DataError(f"{host} can't be listened at ({reason}): name another --host or --port") from None
    raise AssertionError


if __name__ == "__main__":
    console.run(main, "serve")
