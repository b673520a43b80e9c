"""Start the server: `python -m pages.shared.serve [PORT]`, from the project's root."""

import os
import socket
import sys
from pathlib import Path

from streamlit.runtime.pages_manager import PagesManager
from streamlit.web import cli

APP = Path(__file__).parents[2] / "app.py"
ADDRESS = "127.0.0.1"
USUAL_PORT = 8501


def main(words: list[str]) -> int:
    """Serve until interrupted; 2 where that cannot begin."""
    port = int(words[0]) if words and words[0].isdigit() else USUAL_PORT
    if taken(port):
        remedy = f"Close what uses it, or run: make run PORT={port + 1}"
        print(f"Port {port} is in use. {remedy}", file=sys.stderr)  # noqa: T201
        return 2
    # Else Streamlit takes the folder pages/ for its older kind of page files until app.py has run
    # once, and the first visitor on a deep link sees "Page not found".
    PagesManager.uses_pages_directory = False
    os.chdir(APP.parent)  # where .streamlit lies
    cli.main(["run", str(APP), "--server.port", str(port)], standalone_mode=False)
    return 0


def taken(port: int) -> bool:
    """Whether something listens on the port."""
    with socket.socket() as probe:
        return probe.connect_ex((ADDRESS, port)) == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
