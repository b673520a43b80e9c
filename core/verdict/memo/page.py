"""A memo as one HTML file that needs no other, and prints on one or two pages."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from core.verdict.memo import pictures
from core.verdict.memo.content import Memo
from core.verdict.sentences import percent, sentence


def written(memo: Memo, made: str = "", stale: str = "") -> str:
    """The page. Everything in it is escaped, and its policy lets it load nothing.

    Args: as for `markdown.written`.
    """
    return _template().render(
        memo=memo, made=made, stale=stale, percent=percent, sentence=sentence,
        marks=pictures.marks(memo), boxes=pictures.boxes(memo), pictures=pictures,
    )  # fmt: skip


@cache
def _template() -> Template:
    """Escapes every value; a name that the memo lacks is a bug, not a blank."""
    folder = FileSystemLoader(Path(__file__).parent)
    made = Environment(
        loader=folder, autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    return made.get_template("page.html.jinja")
