"""What an instructor's or a classmate's browser would run or fetch when it shows the graded notebook."""

import re
from html.parser import HTMLParser

import nbformat

from tests.hostile import Attack, cell_of

EVIL = re.compile(r"evil\(|evil\.example")


class Page(HTMLParser):
    """What of a page a browser would run or fetch, and what MathJax would make of its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.within: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.within.append(tag)
        for name, value in attributes:
            runs = name.startswith("on") or name in ("href", "src", "srcdoc", "style", "action", "content", "data")
            if runs and EVIL.search(value or "") and not value.startswith("data:image/"):
                self.found.append(f"<{tag} {name}={value}>")

    def handle_endtag(self, tag):
        while tag in self.within and self.within.pop() != tag:
            pass

    def handle_data(self, text):
        runs = self.within[-1:] in (["script"], ["style"])
        formula = not {"pre", "code"} & set(self.within) and re.search(r"\\(href|style|class|require)\b", text)
        if EVIL.search(text) and (runs or formula):
            self.found.append(text[:200])


def runs_nothing(result):
    """Neither the page nor a formula on it holds anything that runs or is fetched; as text it may be there."""
    assert result.page
    assert Page(result.page).found == []


def markdown(*texts):
    def change(notebook, folder):
        notebook.cells += [nbformat.v4.new_markdown_cell(text) for text in texts]
        cell_of(notebook, "why_no_flip").source = """

""".join(texts)

    return change


def shown(outputs):
    """Displays each of these."""
    return {"primes": f"for mime, data in {outputs!r}:\n    display({{mime: data}}, raw=True)"}


def in_metadata(notebook, folder):
    notebook.metadata.title = "<script>evil()</script>"
    notebook.metadata.widgets = {
        "application/vnd.jupyter.widget-state+json": {"state": {"a": "</script><script>evil()"}}
    }
    for cell in notebook.cells:
        cell.metadata.tags = ['"><script>evil()</script>']
        cell.metadata.slideshow = {"slide_type": "<script>evil()</script>"}


def attached(notebook, folder):
    cell = nbformat.v4.new_markdown_cell("![x](attachment:x.svg) ![y](attachment:y.png) ![z](attachment:z.png)")
    cell.attachments = {
        "x.svg": {"image/svg+xml": "PHN2ZyBvbmxvYWQ9ImV2aWwoKSIvPg=="},
        "y.png": {"image/png": '"><script>evil()</script>'},
        "z.png": {"image/png": "' onerror='evil()"},
    }
    notebook.cells.append(cell)


SCRIPT = "<script>evil()</script><img src=x onerror=evil()><img src='https://evil.example/x.png'>"
OUTPUTS = [
    ("text/html", SCRIPT),
    ("text/html", "<a href='javascript:evil()'>x</a><iframe srcdoc='x'></iframe><style>@import 'evil.example'</style>"),
    ("application/javascript", "evil()"),
    ("image/svg+xml", "<svg onload='evil()'><script>evil()</script></svg>"),
    ("text/markdown", SCRIPT),
    ("text/latex", SCRIPT),
    ("image/png", '"><script>evil()</script>'),
    ("image/png", "' onerror='evil()"),
    ("image/jpeg", "x' onerror='evil()' y='"),
    ("application/pdf", '"><script>evil()</script>'),
    ("application/vnd.jupyter.widget-view+json", {"model_id": "</script><script>evil()"}),
    ("application/vnd.plotly.v1+json", {"data": "</script><script>evil()"}),
]
ODD = [
    ("text/html", ["<script>evil()</script>", 5]),
    ("image/png", {"a": 1}),
    ("text/plain", None),
    ("text/latex", [[]]),
]

ATTACKS = [
    Attack(
        "Markdown with scripts",
        "Scripts, handlers, frames, forms and pictures from elsewhere in a text cell.",
        change=markdown(
            "<script>evil()</script>",
            "<img src=x onerror=evil()>",
            "<svg><g onload=evil()></g></svg>",
            "<iframe src='https://evil.example'></iframe>",
            "<form action='https://evil.example'><input name=a></form>",
            "![](https://evil.example/seen.png)",
            "[click](javascript:evil())",
            "<a href='java&#115;cript:evil()'>click</a>",
            "<div style='background: url(https://evil.example/x)'>",
            "<meta http-equiv='refresh' content='0; url=https://evil.example'>",
            "<math><mtext></table><img src=x onerror=evil()></mtext></math>",
            "</div></body><script>evil()</script>",
        ),
        harmless=runs_nothing,
    ),
    Attack(
        "formulas that run scripts",
        "MathJax makes links of \\href.",
        {"primes": "from IPython.display import Latex, display\ndisplay(Latex(r'$\\href{javascript:evil()}{x}$'))"},
        change=markdown(
            r"$\href{javascript:evil()}{x}$", r"$$\class{x}{\style{background: url(https://evil.example)}{y}}$$"
        ),
        harmless=runs_nothing,
    ),
    Attack("outputs", "Outputs that a browser would run or fetch.", shown(OUTPUTS), harmless=runs_nothing),
    Attack("outputs of no type", "Outputs whose content is no text.", shown(ODD), harmless=runs_nothing),
    Attack(
        "a picture while a test runs",
        "The picture that an answer draws is no picture.",
        {
            "primes": """
def primes(n):
    display({'image/png': '"><script>evil()</script>'}, raw=True)
    display({'image/png': "x' onerror='evil()"}, raw=True)
    print('<script>evil()</script>')
    raise ValueError('<script>evil()</script>')"""
        },
        harmless=runs_nothing,
    ),
    Attack(
        "errors with markup",
        "Class, text and traceback of an error hold markup and terminal codes.",
        {
            "primes": """
class Error(Exception): pass
Error.__name__ = '<script>evil()</script>'
raise Error('\\x1b[31m<img src=x onerror=evil()>\\x1b]8;;javascript:evil()\\x07x')"""
        },
        harmless=runs_nothing,
    ),
    Attack("markup in metadata", "Title, tags and widgets hold markup.", change=in_metadata, harmless=runs_nothing),
    Attack("attachments", "Attached pictures that are none.", change=attached, harmless=runs_nothing),
    Attack(
        "markup in code",
        "An answer's text ends the page's element.",
        {"primes": "'''</code></pre></div><script>evil()</script>'''"},
        harmless=runs_nothing,
    ),
]
