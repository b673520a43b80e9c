"""A web page as Markdown: what a reader would see of it, and nothing else.

Scripts, styles, comments and hidden elements are left out, addresses of links and pictures too.
"""

import re
from html.parser import HTMLParser

from core.retrieval.plain import decoded

CODING = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
UNSEEN = {
    "script", "style", "template", "noscript", "svg", "math", "iframe", "object", "canvas",
    "audio", "video", "select", "datalist", "dialog",
}  # fmt: skip
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
ENDS_ALONE = {"p", "li", "td", "th", "tr", "dd", "dt"}  # whose end may be left out
BLOCKS = {
    "p", "div", "section", "article", "main", "header", "footer", "nav", "aside", "ul", "ol", "dl",
    "dt", "dd", "table", "blockquote", "figure", "figcaption", "form", "fieldset", "address", "hr",
}  # fmt: skip
HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def parts_of(content: bytes) -> list[str]:
    """All of the page, under its title.

    Raises:
        Refused: Not text.
    """
    named = CODING.search(content[:2048])
    page = _Page()
    page.feed(decoded(content, named[1].decode() if named else "utf-8-sig").lstrip("\ufeff"))
    page.close()
    return [page.markdown()]


class _Page(HTMLParser):
    """Gathers text; an element that is not seen is skipped with all that stands in it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.title: list[str] = []
        self.skipped = ""  # the element that is skipped
        self.depth = 0  # how many of its kind are open
        self.within: list[str] = []  # title, pre
        self.cells = 0  # in the row so far
        self.header = False  # whether a row of this table was written

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.skipped:
            self._deeper(tag)
        if self.skipped or tag in VOID:
            self._void(tag)
        elif tag in UNSEEN or _hidden(dict(attrs)):
            self.skipped, self.depth = tag, 1
        else:
            self._opened(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.skipped:
            self.depth -= tag == self.skipped
            self.skipped = self.skipped if self.depth else ""
        else:
            self._closed(tag)

    def handle_data(self, data: str) -> None:
        if self.skipped:
            return
        if "title" in self.within:
            self.title.append(data)
        elif "pre" in self.within:
            self.found.append(data)
        else:
            self.found.append(re.sub(r"\s+", " ", data))

    def markdown(self) -> str:
        """The text, under the page's title where no heading says the same."""
        text = re.sub(r" *\n *", "\n", "".join(self.found)).strip()
        title = " ".join("".join(self.title).split())
        if title and not re.search(r"^# ", text, re.MULTILINE):
            text = f"# {title}\n\n{text}"
        return text

    def _deeper(self, tag: str) -> None:
        if tag != self.skipped:
            return
        if tag in ENDS_ALONE:  # the next of its kind ends it
            self.skipped, self.depth = "", 0
        else:
            self.depth += 1

    def _void(self, tag: str) -> None:
        if not self.skipped and tag in ("br", "hr"):
            self.found.append("\n")

    def _opened(self, tag: str) -> None:
        if tag in ("title", "pre"):
            self.within.append(tag)
        if tag == "table":
            self.header = False
        if tag == "pre":
            self.found.append("\n\n```\n")
        elif tag in HEADINGS:
            self.found.append(f"\n\n{HEADINGS[tag]} ")
        elif tag == "li":
            self.found.append("\n- ")
        elif tag == "tr":
            self.found.append("\n|")
            self.cells = 0
        elif tag in ("td", "th"):
            self.found.append(" ")
            self.cells += 1
        elif tag in BLOCKS:
            self._apart()

    def _closed(self, tag: str) -> None:
        if tag in self.within:
            self.within.remove(tag)
        if tag == "pre":
            self.found.append("\n```\n\n")
        elif tag in ("td", "th"):
            self.found.append("|" if self._spaced() else " |")
        elif tag == "tr":
            self._row()
        elif tag == "table":
            self.cells = 0
            self.found.append("\n\n")
        elif tag in BLOCKS or tag in HEADINGS:
            self._apart()

    def _apart(self) -> None:
        """A block begins or ends; within a table's cell there are no lines."""
        if not self.cells:
            self.found.append("\n\n")
        elif not self._spaced():
            self.found.append(" ")

    def _spaced(self) -> bool:
        return bool(self.found) and self.found[-1].endswith(" ")

    def _row(self) -> None:
        """The line below the first row of a table makes that its header."""
        if not self.header and self.cells:
            self.found.append("\n|" + " --- |" * self.cells)
        self.header, self.cells = True, 0


def _hidden(said: dict[str, str | None]) -> bool:
    return "hidden" in said or bool(HIDDEN.search(said.get("style") or ""))
