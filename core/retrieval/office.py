"""Word, PowerPoint and Excel documents as Markdown. The only room that knows markitdown.

Only its three converters are used, on bytes in memory: none of them opens an address.
"""

import io
import re
import zipfile
from typing import Any

from core.retrieval.refusal import Refused

UNPACKED_BYTES = 200_000_000  # of all files in the archive together
OLE = b"\xd0\xcf\x11\xe0"  # what an encrypted or a pre-2007 document begins with
SLIDE = re.compile(r"\n*<!-- Slide number: \d+ -->\n")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
PICTURE = re.compile(r"!\[([^\]\n]*)\]\([^)\n]*\)")
LINK = re.compile(r"(?<!!)\[([^\]\n]+)\]\([^)\n]*\)")
EMPTY_CELL = re.compile(r"(?<=\|) (?:NaN|Unnamed: \d+) (?=\|)")
WHOLE = re.compile(r"(?<=\| )(-?\d+)\.0(?= \|)")  # what Excel shows as 40 is read as 40.0
# Word knows no header of a table: the first row becomes it in place of an empty one.
HEADLESS = re.compile(r"^\|(?: *\|)+\n(\|(?: -+ \|)+\n)(\|.*\n?)", re.MULTILINE)
ESCAPED = re.compile(r"\\([-\\`*_{}\[\]()#+.!|<>~])")


def parts_of_docx(content: bytes) -> list[str]:
    """All of a Word document: headings, lists and tables in Markdown, pictures left out."""
    return [HEADLESS.sub(r"\2\1", _plain(_markdown("DocxConverter", content)) + "\n")]


def parts_of_pptx(content: bytes) -> list[str]:
    """A PowerPoint document slide by slide, notes included."""
    slides = SLIDE.split(_markdown("PptxConverter", content))[1:]
    return [_plain(slide) for slide in slides]


def parts_of_xlsx(content: bytes) -> list[str]:
    """An Excel document: a heading and a table for each sheet."""
    return [WHOLE.sub(r"\1", EMPTY_CELL.sub(" ", _markdown("XlsxConverter", content)))]


def _markdown(converter: str, content: bytes) -> str:
    if content.startswith(OLE):
        raise Refused("encrypted")
    _check_archive(content)
    try:
        import markitdown
        from markitdown import converters
    except ImportError:
        raise Refused("extra") from None
    made: Any = getattr(converters, converter)()
    try:
        return str(made.convert(io.BytesIO(content), markitdown.StreamInfo()).markdown)
    except markitdown.MissingDependencyException:
        raise Refused("extra") from None


def _check_archive(content: bytes) -> None:
    """Refuse what is no archive, and what would unfold to more than memory holds."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = archive.infolist()
    if any(file.flag_bits & 1 for file in files):
        raise Refused("encrypted")
    if sum(file.file_size for file in files) > UNPACKED_BYTES:
        raise Refused("large")


def _plain(markdown: str) -> str:
    """Links and pictures as their words, comments left out."""
    words = LINK.sub(r"\1", PICTURE.sub("", COMMENT.sub("", markdown)))
    return ESCAPED.sub(r"\1", words)
