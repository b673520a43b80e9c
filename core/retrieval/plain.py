"""Bytes as text."""

from core.retrieval.refusal import Refused


def decoded(content: bytes, coding: str = "utf-8-sig") -> str:
    """UTF-8, or UTF-16 where it is marked as such; line ends of one kind.

    Raises:
        Refused: Another coding, or no text at all.
    """
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if marked else coding)
    except UnicodeDecodeError as refused:
        raise Refused("coding", f"byte {refused.start} does not fit") from refused
    except LookupError:  # a coding that nobody knows
        return decoded(content)
    if "\0" in text:
        raise Refused("binary")
    return text.replace("\r\n", "\n").replace("\r", "\n")
