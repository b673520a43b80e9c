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
