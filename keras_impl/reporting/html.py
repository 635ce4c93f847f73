"""The report as one HTML file that needs nothing else: no network, no script, no second file."""

import base64
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

TEMPLATES = Path(__file__).with_name("templates")


def to_html(report: str, title: str, folder: Path | None = None) -> str:
    """Turn a Markdown report, or a model's card, into one self-contained page.

    Parameters
    ----------
    report : str
        Markdown; HTML in it is shown, not obeyed.
    title : str
        Plain text.
    folder : Path, optional
        Where the pictures lie that the report names; by default no picture is looked for.
    """
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    if folder is None:
        parser.disable("image")
    tokens = parser.parse(report)
    for token in tokens:
        for child in token.children or ():
            if folder and child.type == "image":
                picture = folder / unquote(str(child.attrGet("src")))
                # What a note shows from elsewhere is left out, so that the page asks nothing of the network.
                content = picture.read_bytes() if picture.is_file() else b""
                child.attrSet("src", f"data:image/png;base64,{base64.b64encode(content).decode()}")
    body = parser.renderer.render(list(_in_boxes(tokens)), parser.options, {})
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    # Markdown's HTML is its renderer's own: what the report says is escaped in it.
    return templates.get_template("report.html").render(title=title, body=Markup(body))


def _in_boxes(tokens: Sequence[Token]) -> Iterator[Token]:
    """Put tables into boxes, and give each cell its heading, which a narrow screen shows beside it."""
    headings: list[str] = []
    column = 0
    for place, token in enumerate(tokens):
        if token.type == "table_open":
            heads = [each for each in tokens[place : place + 12] if each.type == "th_open"]
            kind = "numbers" if any("right" in str(head.attrGet("style")) for head in heads) else "words"
            headings = []
            yield Token("box_open", "div", 1, attrs={"class": kind}, block=True)
        elif token.type == "th_open":
            headings.append("".join(child.content for child in tokens[place + 1].children or ()))
        elif token.type == "tr_open":
            column = 0
        elif token.type == "td_open":
            token.attrSet("data-heading", headings[column])
            column += 1
        yield token
        if token.type == "table_close":
            yield Token("box_close", "div", -1, block=True)
