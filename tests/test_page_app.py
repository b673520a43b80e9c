"""The frame: navigation, and failures that become sentences."""

import tomllib
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.errors import WorkspaceUnusable
from pages.shared import failures, resources, state, widgets
from tests.fakes import FakeWorkbench

ROOT = Path(__file__).parent.parent
APP = ROOT / "app.py"


def opened() -> AppTest:
    return AppTest.from_file(str(APP), default_timeout=30).run()


def broken(problem: Exception) -> FakeWorkbench:
    raise problem


def test_the_app_opens_on_the_playground(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = FakeWorkbench(tmp_path)
    monkeypatch.setattr(resources, "workbench", lambda: bench)
    page = opened()
    assert not page.error
    assert page.title[0].value == "Capitals"


def test_a_known_failure_shows_its_problem_and_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    full = WorkspaceUnusable("The disk is full.", remedy="Free some space.")
    monkeypatch.setattr(resources, "workbench", lambda: broken(full))
    [error] = opened().error
    assert (error.proto.title, error.value) == ("The disk is full\\.", "Free some space\\.")


def test_a_bug_shows_one_plain_sentence_and_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(resources, "workbench", lambda: broken(ValueError("secret")))
    [error] = opened().error
    assert (error.proto.title, error.value) == (failures.BUG, failures.BUG_REMEDY)
    assert "ValueError: secret" in caplog.text


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        # U+2060 parts an address: Markdown links it even where every mark is escaped.
        ("![](http://x/y.png)", "\\!\\[\\]\\(http\\:\\/\\/\u2060x\\/y\\.png\\)"),
        ("www.x.org", "www\u2060\\.x\\.org"),
        ("me@x.org", "me\u2060\\@x\\.org"),
        ("<b>", "\\<b\\>"),
        ("a:material/star:", "a\\:material\\/star\\:"),
        ("plain", "plain"),
    ],
)
def test_text_is_escaped_where_markdown_is_read(text: str, markdown: str) -> None:
    assert widgets.escaped(text) == markdown


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0.04, "0.04 s"),
        (0.83, "0.8 s"),
        (12.4, "12 s"),
        (125, "2 min 5 s"),
        (120, "2 min"),
        (4800, "1 h 20 min"),
    ],
)
def test_durations_are_said_in_their_own_unit(amount: float, said: str) -> None:
    assert widgets.seconds(amount) == said


def test_shares_are_percent_and_differences_are_points() -> None:
    assert widgets.percent(0.74) == "74%"
    assert [widgets.points(amount) for amount in (0.31, 0.01, -0.02)] == [
        "31 points",
        "1 point",
        "-2 points",
    ]


def test_a_new_tab_has_prompt_rag_and_lora_on() -> None:
    assert state.Choices().levers == ("prompt", "rag", "lora")


def test_the_server_is_for_this_machine_only_until_someone_decides_otherwise() -> None:
    said = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    assert said["server"]["address"] == "127.0.0.1"
    assert said["server"]["allowedHosts"] == ["localhost", "127.0.0.1", "[::1]"]
    assert said["server"]["enableCORS"]
    assert said["server"]["enableXsrfProtection"]
    assert said["server"]["maxUploadSize"] == 25
    assert not said["browser"]["gatherUsageStats"]
    assert said["client"]["showErrorDetails"] == "none"
