"""Every answer of the server carries the policy, whatever it is an answer to."""

import asyncio
from typing import Any

from pages.shared.policy import ContentSecurity, policy


def answered(kind: str) -> list[dict[str, Any]]:
    """What is sent where the app below answers a request of that kind."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": f"{kind}.response.start", "status": 404, "headers": [(b"a", b"b")]})

    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(ContentSecurity(app)({"type": kind}, None, send))  # type: ignore[arg-type]
    return sent


def test_an_answer_carries_the_policy_and_keeps_its_own_headers() -> None:
    [message] = answered("http")
    headers = dict(message["headers"])
    assert headers[b"a"] == b"b"
    assert headers[b"content-security-policy"] == policy().encode()
    assert headers[b"x-content-type-options"] == b"nosniff"


def test_a_socket_is_passed_on_as_it_is() -> None:
    assert answered("websocket") == [
        {"type": "websocket.response.start", "status": 404, "headers": [(b"a", b"b")]}
    ]


def test_nothing_from_another_host_is_allowed() -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in policy().split(";"))
    assert rules["default-src"] == "'self'"
    assert rules["img-src"] == "'self' data: blob:"
    assert "'unsafe-inline'" not in rules["script-src"]
    assert "'sha256-" in rules["script-src"]  # the one inline script of Streamlit's page
    assert not any("http" in rule or "*" in rule for rule in rules.values())
