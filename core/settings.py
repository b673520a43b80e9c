"""A setting that states its range, unit and help once; forms, checks and files derive from it."""

import re
from dataclasses import Field, field, fields
from typing import Any, TypeVar

from core.errors import SettingOutOfRange

Settings = TypeVar("Settings")


def knob(default: Any, low: float, high: float, help: str, unit: str = "", group: str = "") -> Any:
    """A numeric field between `low` and `high` inclusive, with one sentence of what it does.

    `group` is the heading it stands under in a form; "" needs none.
    """
    said = {"low": low, "high": high, "help": help, "unit": unit, "group": group}
    return field(default=default, metadata=said)


def switch(default: bool, help: str, group: str = "") -> Any:
    """A field that is on or off."""
    return field(default=default, metadata={"help": help, "unit": "", "group": group})


def choice(
    default: str, options: tuple[str, ...], help: str, group: str = "", pattern: str = ""
) -> Any:
    """A field that is one of `options`, or a text that matches the whole of `pattern` if given."""
    said = {"options": options, "pattern": pattern, "help": help, "unit": "", "group": group}
    return field(default=default, metadata=said)


def check(settings: Any) -> None:
    """Refuse a settings dataclass any of whose fields is out of range or not among its options.

    Raises:
        SettingOutOfRange: Names the setting, its value and its limits.
    """
    for setting in fields(settings):
        value, limits = getattr(settings, setting.name), setting.metadata
        if "low" in limits and not limits["low"] <= value <= limits["high"]:
            raise SettingOutOfRange(
                f"{setting.name} is {value}.",
                remedy=f"Choose between {limits['low']} and {limits['high']}.",
            )
        if "options" in limits:
            _check_choice(setting, value)


def _check_choice(setting: Field[Any], value: str) -> None:
    options, pattern = setting.metadata["options"], setting.metadata["pattern"]
    if value not in options and not (pattern and re.fullmatch(pattern, value)):
        others = ", or name some, parted by commas" if pattern else ""
        raise SettingOutOfRange(
            f"{setting.name} is {value!r}.", remedy=f"Choose: {', '.join(options)}{others}."
        )


def from_words(kind: type[Settings], words: list[str]) -> Settings:
    """Settings from `name=value` words, as the command line gives them.

    Raises:
        SettingOutOfRange: An unknown name, or a value that is not of the field's type or range.
    """
    known = {setting.name: setting for setting in fields(kind)}  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    for word in words:
        name, _, text = word.partition("=")
        if name not in known:
            raise SettingOutOfRange(
                f"There is no setting {name!r}.", remedy=f"Choose one of: {', '.join(known)}."
            )
        values[name] = _read(text, type(known[name].default), name)
    return kind(**values)


def _read(text: str, kind: type, name: str) -> Any:
    if kind is bool and text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        return kind(text) if kind is not bool else bool(("0", "1").index(text))
    except ValueError:
        raise SettingOutOfRange(
            f"{name} is {text!r}.",
            remedy=f"Give {'true or false' if kind is bool else kind.__name__}.",
        ) from None
