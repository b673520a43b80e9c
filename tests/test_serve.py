"""The server starts where it can, and says so where it cannot."""

import socket

import pytest

from pages.shared import serve


def test_a_port_in_use_is_a_sentence_with_the_next_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with socket.socket() as holder:
        holder.bind((serve.ADDRESS, 0))
        holder.listen()
        port = holder.getsockname()[1]
        assert serve.main([str(port)]) == 2
    said = capsys.readouterr().err
    assert said == f"Port {port} is in use. Close what uses it, or run: make run PORT={port + 1}\n"


@pytest.mark.parametrize(
    ("settings", "system", "opens"),
    [
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "w"}, "linux", True),
        ({}, "linux", False),  # a server
        ({}, "darwin", True),
        ({"DISPLAY": ":0", "STREAMLIT_SERVER_HEADLESS": "true"}, "linux", False),
    ],
)
def test_a_browser_is_opened_only_where_there_is_a_screen(
    settings: dict[str, str], system: str, opens: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "STREAMLIT_SERVER_HEADLESS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(serve.sys, "platform", system)
    assert serve.has_screen() is opens
