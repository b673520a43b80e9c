"""Text of a PDF, page by page. The only room that knows pypdf."""

import io

from core.retrieval.refusal import Refused

MAX_CHARACTERS = 10_000_000  # far above the text of any book


def pages_of(content: bytes) -> list[str]:
    """Text of each page, in order; a page without text is an empty string.

    Raises:
        Refused: Encrypted, damaged, without any text, or too long.
    """
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError

    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Refused("encrypted")
        pages: list[str] = []
        for page in reader.pages:
            pages.append(page.extract_text())
            if sum(map(len, pages)) > MAX_CHARACTERS:
                raise Refused("large")
    except LimitReachedError:
        raise Refused("large") from None
    except (DependencyError, FileNotDecryptedError):
        # A cipher that needs a library which is not installed is a locked document, too.
        raise Refused("encrypted") from None
    if not any(map(str.strip, pages)):
        raise Refused("scanned")
    return pages
