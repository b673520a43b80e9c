"""The settings page inside the whole app, with a fake workbench behind it."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import doctor
from core.errors import ModelUnavailable
from core.models import choice
from core.models.model import Piece
from core.records import Request
from core.retrieval.served import Service
from core.training.backends.ray_jobs import RayJobs
from tests.fakes import FakeModel, FakeWorkbench

APP = Path(__file__).parent.parent / "app.py"
PAGE = "pages/guide/settings.py"


@pytest.fixture
def page(bench: FakeWorkbench) -> AppTest:
    return AppTest.from_file(str(APP), default_timeout=30).run().switch_page(PAGE).run()


def use(page: AppTest) -> AppTest:
    return page.form_submit_button[0].click().run()


def test_the_model_in_use_and_the_workspace_are_shown(page: AppTest, bench: FakeWorkbench) -> None:
    assert not page.error
    assert (
        page.markdown[0].value == "In use: **fake \\(rehearsal model\\, 12 million parameters\\)**"
    )
    assert page.code[0].value == str(bench.workspace.root)


def test_the_model_that_ships_can_be_taken(page: AppTest) -> None:
    assert use(page).success[0].value.endswith("answers from now on.")


class Silent(FakeModel):
    """An endpoint where nobody answers."""

    def stream(self, requests: Sequence[Request], cancel: threading.Event) -> Iterator[Piece]:
        refused = ModelUnavailable("No model answers there.", remedy="Check the address.")
        yield Piece(0, "", error=refused)


def test_a_model_that_does_not_answer_is_refused_with_a_sentence(
    page: AppTest, bench: FakeWorkbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choice, "open_model", lambda chosen: Silent())
    page.segmented_control[0].set_value("endpoint").run()
    page.text_input(key="settings_base").set_value("http://127.0.0.1:1/v1")
    page.text_input(key="settings_name").set_value("nobody")
    error = use(page).error[0]
    assert error.proto.title == "No model answers there\\."
    assert bench.choice().kind == "embedded"


def test_a_model_that_answers_is_taken(
    page: AppTest, bench: FakeWorkbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choice, "open_model", lambda chosen: bench.fake)
    page.segmented_control[0].set_value("endpoint").run()
    page.text_input(key="settings_base").set_value("http://127.0.0.1:1/v1")
    page.text_input(key="settings_name").set_value("somebody")
    assert not use(page).error
    assert bench.choice() == choice.ModelChoice("endpoint", "somebody", "http://127.0.0.1:1/v1")


def test_a_key_is_named_and_never_asked_for(page: AppTest) -> None:
    page.segmented_control[0].set_value("endpoint").run()
    label = page.text_input(key="settings_variable").label
    assert label == "Name of the environment variable that holds the key"


def test_what_is_missing_on_this_machine_is_said_with_its_remedy(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [doctor.Check("model", False, "not there", "Run: make clean setup.")]
    monkeypatch.setattr(doctor, "checks", lambda bench: iter(found))
    page.button(key="settings_check").click().run()
    assert "**model** · not there Run\\: make clean setup\\." in page.markdown[-1].value


def test_runs_stay_on_this_machine_until_a_cluster_is_named(
    page: AppTest, bench: FakeWorkbench
) -> None:
    assert page.text_input(key="settings_ray_address").value == ""
    said = page.form_submit_button[1].click().run().success[0].value
    assert said == "New runs are trained on this machine."


def test_a_cluster_that_answers_is_taken(
    page: AppTest, bench: FakeWorkbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RayJobs, "check", lambda cluster: None)
    page.text_input(key="settings_ray_address").set_value(" http://head:8265/ ")
    said = page.form_submit_button[1].click().run().success[0].value
    assert said.replace("\u2060", "") == (  # what keeps an address from becoming a link
        "New runs are trained on the Ray cluster at http\\:\\/\\/head\\:8265."
    )
    assert (bench.ray_address(), bench.ray_workers()) == ("http://head:8265", 1)
    page.number_input(key="settings_ray_workers").set_value(2)
    said = page.form_submit_button[1].click().run().success[0].value
    assert said.endswith("head\\:8265 by 2 workers.")
    assert bench.ray_workers() == 2


def test_an_address_that_is_none_is_refused_with_a_sentence(
    page: AppTest, bench: FakeWorkbench
) -> None:
    page.text_input(key="settings_ray_address").set_value("head")
    error = page.form_submit_button[1].click().run().error[0]
    assert error.proto.title == "\\'head\\' is not the address of a Ray cluster\\."
    assert bench.ray_address() == ""


def test_indexes_stay_here_until_a_chroma_server_is_named(
    page: AppTest, bench: FakeWorkbench
) -> None:
    said = page.form_submit_button[2].click().run().success[0].value
    assert said == "Indexes are kept on this machine."
    page.text_input(key="settings_chroma_address").set_value("http://store:8000")
    page.text_input(key="settings_chroma_variable").set_value("CHROMA_API_KEY")
    said = page.form_submit_button[2].click().run().success[0].value
    assert said.replace("\u2060", "") == (  # what keeps an address from becoming a link
        "Indexes are kept on the Chroma server at http\\:\\/\\/store\\:8000."
    )
    assert bench.chroma_server() == ("http://store:8000", "CHROMA_API_KEY")


def test_a_chroma_server_that_does_not_answer_is_a_sentence(
    page: AppTest, bench: FakeWorkbench
) -> None:
    page.text_input(key="settings_chroma_address").set_value("http://nobody")
    error = page.form_submit_button[2].click().run().error[0]
    assert error.proto.title == "No Chroma server answers\\."
    assert bench.chroma_server() == ("", "")


def test_another_embedder_is_taken_and_given_back(page: AppTest, bench: FakeWorkbench) -> None:
    page.segmented_control(key="settings_embedder_kind").set_value("folder").run()
    page.text_input(key="settings_embedder_folder").set_value("/models/other")
    said = page.form_submit_button[3].click().run().success[0].value
    assert said == "Passages are read by the model in that folder."
    assert bench.embedder_chosen() == "/models/other"
    page.segmented_control(key="settings_embedder_kind").set_value("shipped").run()
    said = page.form_submit_button[3].click().run().success[0].value
    assert said == "Passages are read by the one that ships."
    assert bench.embedder_chosen() == ""


def test_an_embeddings_endpoint_is_taken(page: AppTest, bench: FakeWorkbench) -> None:
    page.segmented_control(key="settings_embedder_kind").set_value("endpoint").run()
    page.text_input(key="settings_embedder_address").set_value("http://127.0.0.1:8000/v1 ")
    page.text_input(key="settings_embedder_model").set_value("small")
    page.text_input(key="settings_embedder_variable").set_value("TEAM_API_KEY")
    page.form_submit_button[3].click().run()
    assert not page.exception
    assert bench.embedder_chosen() == Service("http://127.0.0.1:8000/v1", "small", "TEAM_API_KEY")


def test_a_reranker_is_taken_and_given_back(page: AppTest, bench: FakeWorkbench) -> None:
    page.text_input(key="settings_reranker_folder").set_value("/models/cross")
    assert page.form_submit_button[4].click().run().success[0].value == "Tasks may ask for it."
    assert bench.reranker_folder() == "/models/cross"
    page.text_input(key="settings_reranker_folder").set_value("")
    assert page.form_submit_button[4].click().run().success[0].value == "No task is reread."
