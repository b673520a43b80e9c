"""Start the server: `python -m pages.shared.serve [PORT]`, from the project's root."""

import os
import socket
import sys
import threading
import webbrowser
from pathlib import Path

from starlette.middleware import Middleware
from streamlit import App
from streamlit.runtime.pages_manager import PagesManager

from pages.shared.policy import ContentSecurity

APP = Path(__file__).parents[2] / "app.py"
ADDRESS = "127.0.0.1"
USUAL_PORT = 8501
SHOWN = 1.5  # seconds after which the server answers


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
    sys.argv = [str(APP)]  # else Streamlit puts this file's folder on the path
    if has_screen():
        _open_soon(f"http://{ADDRESS}:{port}")
    App(str(APP), middleware=[Middleware(ContentSecurity)]).run(config={"server.port": port})
    return 0


def _open_soon(address: str) -> None:
    opening = threading.Timer(SHOWN, webbrowser.open, (address,))
    opening.daemon = True
    opening.start()


def has_screen() -> bool:
    """Whether a browser can be opened for who started the server."""
    if os.environ.get("STREAMLIT_SERVER_HEADLESS", "").lower() == "true":
        return False
    return sys.platform != "linux" or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))


def taken(port: int) -> bool:
    """Whether something listens on the port."""
    with socket.socket() as probe:
        return probe.connect_ex((ADDRESS, port)) == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
