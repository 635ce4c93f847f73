"""What the browser gets, and what it may send.

The page asks nothing of any other host, and its Content-Security-Policy lets it: neither scripts nor fonts nor
pictures come from elsewhere. Requests that change something need a header that other sites' pages can't send
without leave, and requests for another host's name are refused, so that no site that a user has open elsewhere
can use a page on 127.0.0.1.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import anyio
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from keras_impl.core.storage import LARGEST_CARD, read_bytes
from keras_impl.errors import DataError
from keras_impl.media.formats import KNOWN_SUFFIXES
from keras_impl.media.names import file_stem, printable
from keras_impl.models.published import ADVICE
from keras_impl.prediction.render.html import told
from keras_impl.prediction.render.look import SCRIPT
from keras_impl.prediction.render.page import KINDS, STYLE
from keras_impl.prediction.render.report import report_page
from keras_impl.prediction.render.words import LANGUAGES, Language
from keras_impl.reporting.html import to_html
from keras_impl.web.desk import Desk, FullError, Job
from keras_impl.web.doors import Doorkeeper
from keras_impl.web.page import Limits, Site, render_page
from keras_impl.web.uploads import Uploads
from keras_impl.web.worker import Worker

HERE = Path(__file__).parent

OWN_HEADER = "x-keras-impl"
"""Sent by the page's own script with all that changes something."""

LONGEST_NAME = 200

UPLOAD_SECONDS = 600
"""How long sending one file may take."""

FIRST_SECONDS = 10
"""How long a sender may take to begin, and may altogether be behind `LEAST_SPEED`."""

LEAST_SPEED = 50_000
"""Bytes a second of the slowest sender that is put up with; a place in the queue is his meanwhile."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "media-src data:; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

SANDBOXED = HEADERS | {"Content-Security-Policy": f"sandbox; {HEADERS['Content-Security-Policy']}"}
"""For pages that the models' folder has: no script runs in them."""


def make_app(
    worker: Worker, uploads: Uploads, limits: Limits, site: Site, names: Collection[str], any_address: bool = False
) -> Starlette:
    """The web application.

    Parameters
    ----------
    worker : Worker
    uploads : Uploads
        Entered.
    limits : Limits
    site : Site
    names : collection of str
    any_address : bool
        As of `keras_impl.web.doors.Doorkeeper`.
    """
    desk = Desk(worker)
    most_bytes = int(limits.megabytes * 1e6)

    async def page(request: Request) -> Response:
        return HTMLResponse(render_page(_language(request), limits, site), headers=HEADERS)

    async def style(_: Request) -> Response:
        own = (HERE / "page.css").read_text(encoding="utf-8")
        return Response(STYLE + own, media_type="text/css", headers=HEADERS)

    async def script(_: Request) -> Response:
        own = (HERE / "page.js").read_text(encoding="utf-8")
        return Response(SCRIPT + own, media_type="text/javascript", headers=HEADERS)

    async def health(_: Request) -> Response:
        return Response("ok", media_type="text/plain", headers=HEADERS)

    async def comparison(_: Request) -> Response:
        if not site.comparison.is_file():
            return Response(status_code=404, headers=HEADERS)
        return FileResponse(site.comparison, media_type="text/html", headers=SANDBOXED)

    async def card(request: Request) -> Response:
        number = request.path_params["number"]
        shown = site.cards[number] if number < len(site.cards) else None
        if shown is None or shown.page is None:
            return Response(status_code=404, headers=HEADERS)
        try:
            text = read_bytes(shown.page, ADVICE, LARGEST_CARD).decode(errors="replace")
        except DataError:
            return Response(status_code=404, headers=HEADERS)
        return HTMLResponse(to_html(text, shown.title), headers=SANDBOXED)

    async def upload(request: Request) -> Response:
        if OWN_HEADER not in request.headers:
            return _refusal("foreign", 403)
        name = printable(unquote(request.headers.get("x-file-name", ""), errors="replace"))[-LONGEST_NAME:]
        suffix = Path(name).suffix.lower()
        if suffix not in site.suffixes:
            return _refusal("no_model" if suffix in KNOWN_SUFFIXES else "kind", 415)
        announced = request.headers.get("content-length", "0")
        if not announced.isdecimal() or int(announced) > most_bytes:
            return _refusal("size", 413)
        try:
            with anyio.fail_after(FIRST_SECONDS):
                pieces = request.stream()
                first = await anext(pieces, b"")
            job = desk.open(name)  # a place is for those who send something
        except (ClientDisconnect, TimeoutError):
            return _refusal("cut", 400)
        except FullError:
            return _refusal("full", 503)
        path = uploads.make(suffix)
        try:
            with anyio.fail_after(UPLOAD_SECONDS):
                problem = await _receive(first, pieces, path, most_bytes)
        except (ClientDisconnect, TimeoutError):
            problem = "cut"
        except OSError:
            problem = "disk"
        except BaseException:
            desk.drop(job)
            uploads.remove(path)
            raise
        if problem:
            desk.drop(job)
            uploads.remove(path)
            return _refusal(problem, {"size": 413, "disk": 507}.get(problem, 400))
        desk.submit(job, path)
        return JSONResponse({"key": job.key}, status_code=202, headers=HEADERS)

    async def example(request: Request) -> Response:
        if OWN_HEADER not in request.headers:
            return _refusal("foreign", 403)
        number = request.path_params["number"]
        if number >= len(site.examples):
            return Response(status_code=404, headers=HEADERS)
        chosen = site.examples[number]
        try:
            job = desk.open(chosen.path.name)
        except FullError:
            return _refusal("full", 503)
        path = uploads.make(chosen.path.suffix)
        try:
            await asyncio.to_thread(chosen.copy_to, path)
        except OSError:
            desk.drop(job)
            uploads.remove(path)
            return _refusal("disk", 507)
        desk.submit(job, path)
        return JSONResponse({"key": job.key}, status_code=202, headers=HEADERS)

    async def states(request: Request) -> Response:
        jobs = {key: desk.find(key) for key in request.query_params.getlist("key")}
        told = {key: _told(job, desk) if job else None for key, job in jobs.items()}
        return JSONResponse({"is_ready": desk.is_ready, "jobs": told}, headers=HEADERS)

    async def state(request: Request) -> Response:
        job = desk.find(request.path_params["key"])
        if job is None:
            return _refusal("forgotten", 404)
        return JSONResponse(_told(job, desk), headers=HEADERS)

    async def remove(request: Request) -> Response:
        if OWN_HEADER not in request.headers:
            return _refusal("foreign", 403)
        job = desk.find(request.path_params["key"])
        if job is None:
            return _refusal("forgotten", 404)
        desk.take_back(job)
        return Response(status_code=204, headers=HEADERS)

    async def answer(request: Request) -> Response:
        job = desk.fetch(request.path_params["key"])
        if job is None or job.answer is None or not job.answer.pages:
            return _refusal("forgotten", 404)
        return HTMLResponse(job.answer.pages[_language(request)], headers=HEADERS)

    async def report(request: Request) -> Response:
        job, language = desk.fetch(request.path_params["key"]), _language(request)
        if job is None or job.answer is None or not job.answer.pages:
            return _refusal("forgotten", 404)
        page = report_page(Markup(job.answer.pages[language]), job.name, language, site.caution)
        name = f'attachment; filename="{file_stem(job.name)}.html"'
        return HTMLResponse(page, headers=HEADERS | {"Content-Disposition": name})

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        serving = asyncio.create_task(desk.serve())
        try:
            yield
        finally:
            serving.cancel()  # first, so that nobody who waits is served by a new process
            await asyncio.to_thread(worker.stop)
            with suppress(asyncio.CancelledError):
                await serving

    routes = [
        Route("/", page),
        Route("/page.css", style),
        Route("/page.js", script),
        Route("/comparison", comparison),
        Route("/healthz", health),
        Route("/cards/{number:int}", card),
        Route("/jobs", states),
        Route("/jobs", upload, methods=["POST"]),
        Route("/examples/{number:int}", example, methods=["POST"]),
        Route("/jobs/{key}", state),
        Route("/jobs/{key}", remove, methods=["DELETE"]),
        Route("/jobs/{key}/answer", answer),
        Route("/jobs/{key}/report", report),
    ]
    doorkeeper = Middleware(Doorkeeper, names=names, any_address=any_address)
    return Starlette(routes=routes, middleware=[doorkeeper], lifespan=lifespan)


async def _receive(first: bytes, pieces: AsyncIterator[bytes], path: Path, most_bytes: int) -> str:
    """Write the body of a request to a file; return what is wrong with it, if something is.

    Raises
    ------
    TimeoutError
        If it comes so slowly that it would keep a place from others.
    """
    started, received, piece = time.monotonic(), 0, first
    async with await anyio.open_file(path, "wb") as file:
        while piece:
            received += len(piece)
            if received > most_bytes:
                return "size"
            await file.write(piece)
            with anyio.fail_after(started + FIRST_SECONDS + received / LEAST_SPEED - time.monotonic()):
                piece = await anext(pieces, b"")
    return "" if received else "empty"


def _language(request: Request) -> Language:
    """The language asked for, else the first one that the browser accepts and that is there."""
    wanted = [request.query_params.get("language", "")]
    wanted += [part.split(";")[0].strip()[:2] for part in request.headers.get("accept-language", "").split(",")]
    return next((language for language in wanted if language in LANGUAGES), LANGUAGES[0])


def _refusal(reason: str, status: int) -> Response:
    return JSONResponse({"refused": reason}, status_code=status, headers=HEADERS)


def _told(job: Job, desk: Desk) -> dict[str, Any]:
    """What a waiting browser is told; a problem as HTML, by language."""
    state: dict[str, Any] = {"state": job.state, "stage": job.stage}
    if job.answer is None:
        return state | {"position": desk.position(job), "gone": job.gone, "left": desk.left(job)}
    answer = job.answer
    problem = {
        language: Markup(" ").join(told(problem, language) for problem in answer.problems)
        for language in (LANGUAGES if answer.problems else ())
    }
    kind, age = KINDS[answer.verdict], time.monotonic() - job.finished
    return state | {
        "verdict": kind,
        "p_fake": answer.p_fake,
        "is_stamped": answer.is_stamped,
        "problem": problem,
        "seconds": job.seconds,
        "age": age,
    }
