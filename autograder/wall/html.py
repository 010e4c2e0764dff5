"""HTML that a student wrote, made harmless before a browser shows it to anybody.

An instructor who looks at a submission is logged in; a script in it could give marks, and a picture from elsewhere
could tell who looked.
"""

import functools
import html
import re
from typing import Any

import bleach
from bleach.css_sanitizer import CSSSanitizer
from jinja2 import pass_context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

TAGS = frozenset(
    "a abbr b blockquote br caption code col colgroup dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 "
    "hr i img ins kbd li mark ol p pre q s samp small span strong sub summary sup table tbody td tfoot th thead tr u "
    "ul var".split()
)
EVERYWHERE = frozenset({"style", "title", "align", "lang"})
OF_A_TAG = {
    "img": frozenset({"alt", "width", "height"}),
    "td": frozenset({"colspan", "rowspan"}),
    "th": frozenset({"colspan", "rowspan"}),
    "ol": frozenset({"start"}),
    "details": frozenset({"open"}),
}
HIGHLIGHTING = re.compile(r"(highlight|hl-\w+|dataframe|anchor-link|[a-z]{1,3}\d?)( (highlight|hl-\w+|[a-z]{1,3}\d?))*")
"""Classes of highlighted code and of tables; those that move things about on nbgrader's pages are not among them."""
PICTURE = re.compile(r"data:image/(png|jpeg|gif);base64,|[\w-][\w /-]*\.(png|jpe?g|gif)$", re.ASCII)
"""A picture within the notebook or beside it: none that another server would be asked for."""
LINK = re.compile(r"(https?://|mailto:|#)", re.ASCII)


COMMANDS = re.compile(r"\\(?=(href|style|class|cssId|require|url)\b)")

LONGEST, MOST_FORMULAS = 20_000, 50
"""Characters and formulas of one text that is rendered: for more, the time grows with the square."""

MANY = 400
"""Texts and outputs that are kept: most of a notebook are the course's own, or come out alike for a whole class."""


@functools.lru_cache(MANY)
def clean(markup: str) -> str:
    """HTML without scripts, forms, frames, pictures from elsewhere, and styles that could cover the page."""
    markup = without_commands(markup)
    return bleach.clean(
        markup, tags=TAGS, attributes=_is_allowed, protocols={"http", "https", "mailto", "data"}, css_sanitizer=_STYLES
    )


def without_commands(formula: str) -> str:
    """Text without TeX's commands by which MathJax makes links, styles and more: they are shown as they stand."""
    return COMMANDS.sub("\\\\\u200b", formula)


_STYLES = CSSSanitizer()


def _is_allowed(tag: str, name: str, value: str) -> bool:
    if name == "class":
        return HIGHLIGHTING.fullmatch(value) is not None
    if name == "id":
        return tag in ("h1", "h2", "h3", "h4", "h5", "h6")
    if (tag, name) == ("a", "href"):
        return LINK.match(value) is not None
    if (tag, name) == ("img", "src"):
        return PICTURE.match(value) is not None
    return name in EVERYWHERE or name in OF_A_TAG.get(tag, ())


@pass_context
def markdown2html(context: Any, source: str) -> str:
    """nbconvert's filter of this name, with what comes out cleaned."""
    if len(source) > LONGEST or source.count("\\begin") > MOST_FORMULAS:
        return f"<pre>{html.escape(source)}</pre>"
    attachments = context.get("cell", {}).get("attachments", {})
    return _rendered(source, attachments) if attachments else _rendered_once(source)


@functools.lru_cache(MANY)
def _rendered_once(source: str) -> str:
    return _rendered(source, {})


def _rendered(source: str, attachments: dict[str, Any]) -> str:
    renderer = IPythonRenderer(escape=False, attachments=attachments, exclude_anchor_links=True)
    return clean(MarkdownWithMath(renderer=renderer).render(source))
