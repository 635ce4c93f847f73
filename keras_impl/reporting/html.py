"""The report as one HTML file that needs nothing else: no network, no script, no second file."""

import base64
from html import escape
from pathlib import Path
from urllib.parse import unquote

from markdown_it import MarkdownIt

STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 50rem; background: #fff; color: #1a1a1a;
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.8rem; line-height: 1.2; margin: .5rem 0 1rem; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 2.5rem 0 .75rem; padding-top: .75rem; border-top: 1px solid #ccc; }
h1 + p { font-size: 1.15rem; padding: .75rem 1rem; background: #eef4fa; border-left: 4px solid #0072b2; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; }
th, td { padding: .35rem .7rem; border-bottom: 1px solid #ddd; text-align: left; vertical-align: top; }
th { border-bottom: 2px solid #555; }
th:first-child, td:first-child { padding-left: 0; }
.words td { min-width: 5rem; }
.words td:last-child { min-width: 12rem; }
img { display: block; max-width: 100%; width: 34rem; height: auto; margin: 1rem auto; }
li { margin: .25rem 0; }
code { font-size: .9em; background: #f3f3f3; padding: .1em .3em; }
@media (max-width: 40rem) { table { font-size: .85rem; } th, td { padding: .3rem .4rem; } }
@media print { h2 { break-after: avoid; } img { break-inside: avoid; } }
"""

PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
<main>
{body}</main>
</body>
</html>
"""


def to_html(report: str, title: str, folder: Path) -> str:
    """Turn the Markdown report into one self-contained page.

    Parameters
    ----------
    report : str
        Markdown; HTML in it is shown, not obeyed.
    title : str
        Plain text.
    folder : Path
        Where the pictures lie that the report names.
    """
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(report)
    for token in tokens:
        for child in token.children or ():
            if child.type == "image":
                picture = folder / unquote(child.attrGet("src"))
                # What a note shows from elsewhere is left out, so that the page asks nothing of the network.
                content = picture.read_bytes() if picture.is_file() else b""
                child.attrSet("src", f"data:image/png;base64,{base64.b64encode(content).decode()}")
    parser.add_render_rule("table_open", _open_table)
    parser.add_render_rule("table_close", lambda *_: "</table></div>\n")
    body = parser.renderer.render(tokens, parser.options, {})
    return PAGE.format(title=escape(title), style=STYLE, body=body)


def _open_table(_renderer, tokens, place, _options, _env) -> str:
    """Open a table in a box of its own that scrolls; words need columns of some width, numbers don't."""
    heads = [token for token in tokens[place : place + 12] if token.type == "th_open"]
    kind = "numbers" if any("right" in str(token.attrGet("style")) for token in heads) else "words"
    return f'<div class="scroll {kind}" tabindex="0"><table>\n'
