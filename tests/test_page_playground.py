"""The playground inside the whole app, with a fake workbench behind it."""

import html
import re
from pathlib import Path

import pytest
from streamlit.runtime.scriptrunner import StopException
from streamlit.testing.v1 import AppTest

from core.levers.answering import Update
from pages.play import turns
from tests.fakes import FakeWorkbench

APP = Path(__file__).parent.parent / "app.py"
PAGE = "pages/play/playground.py"


@pytest.fixture
def page(bench: FakeWorkbench) -> AppTest:
    return AppTest.from_file(str(APP), default_timeout=30).run().switch_page(PAGE).run()


def asked(page: AppTest, question: str) -> AppTest:
    return page.chat_input[0].set_value(question).run()


def shown(page: AppTest) -> list[str]:
    """What is drawn as it is, and what is drawn with marks, as its words."""
    return [line.value for line in page.text] + [words(body) for body in marked(page)]


def marked(page: AppTest) -> list[str]:
    return [element.proto.body for element in page.get("html")]


def words(body: str) -> str:
    """The words of a text with marks, without what only says what a mark is."""
    return html.unescape(re.sub("<sup>.*?</sup>|<span[^>]*absolute.*?</span>|<[^>]*>", "", body))


def said(page: AppTest) -> str:
    return "\n".join(line.value for line in [*page.markdown, *page.caption])


def give_documents(bench: FakeWorkbench) -> None:
    folder = bench.workspace.tasks / "capitals" / "documents"
    folder.mkdir()
    (folder / "france.md").write_text("# France\n\nIts capital is Paris.", encoding="utf-8")


def test_the_page_opens_with_the_goal_and_three_questions_to_try(page: AppTest) -> None:
    assert not page.error
    assert page.title[0].value == "Capitals"
    assert page.markdown[0].value == "Name capitals\\."
    assert len(page.pills(key="playground_suggestion").options) == 3
    assert "every lever answers side by side" in said(page)


def test_every_lever_that_is_on_answers_side_by_side(page: AppTest, bench: FakeWorkbench) -> None:
    give_documents(bench)
    asked(page, "Capital of France?")
    assert not page.error
    assert shown(page)[0] == "Capital of France?"
    assert shown(page).count("Paris of course") == 3
    assert "0.2 s · 40 + 3 tokens  \nfake babababa · base weights" in said(page)
    assert "fake babababa · adapter capitals\\-1 adadadad" in said(page)


def test_the_passages_are_shown_as_they_are(page: AppTest, bench: FakeWorkbench) -> None:
    give_documents(bench)
    asked(page, "Capital of France?")
    assert page.expander[0].label == "Passages it read (1)"
    [body] = [element.proto.body for element in page.expander[0].get("html")]
    assert words(body) == "The capital of France is **Paris**."


def test_the_words_of_an_answer_show_which_passage_supports_them(
    page: AppTest, bench: FakeWorkbench
) -> None:
    bench.fake.says = "Paris, not Lyon"
    give_documents(bench)
    asked(page, "Capital of France?")
    body = marked(page)[0]
    assert re.search(">Paris</mark><sup><a [^>]*>1</a></sup>, <span [^>]*dotted", body)
    assert 'aria-label="Passage 1: France &gt; Capital. Opens the document."' in body
    assert "<span" in body.partition("Lyon")[2]  # says that no passage holds it
    assert "Dotted words stand in no passage." in said(page)


def test_where_no_passage_is_near_enough_the_card_says_that_no_model_was_asked(
    page: AppTest, bench: FakeWorkbench
) -> None:
    folder = bench.workspace.tasks / "capitals"
    settings = (folder / "task.toml").read_text("utf-8")
    (folder / "task.toml").write_text(
        f"{settings}\n[retrieval]\nwords = 90\npassages = 3\nthreshold = 0.9\n", encoding="utf-8"
    )
    give_documents(bench)
    asked(page, "Capital of France?")
    assert "The documents do not say." in shown(page)
    assert "The model was not asked." in said(page)


def test_a_mark_leads_to_the_place_in_the_document(page: AppTest, bench: FakeWorkbench) -> None:
    give_documents(bench)
    asked(page, "Capital of France?")
    [link] = re.findall('href="([^"]*)"', marked(page)[0])
    assert html.unescape(link).startswith(
        "documents?task=capitals&document=france.md&start=27&end=32&words="
    )
    [button] = page.expander[0].get("page_link")
    assert button.label == "Open in the document"


def test_a_lever_without_what_it_needs_says_so_and_links_to_the_remedy(page: AppTest) -> None:
    asked(page, "Capital of France?")
    assert "There are no documents\\. Add on the Documents page\\." in said(page)
    assert "Add documents" in [link.label for link in page.get("page_link")]
    assert shown(page).count("Paris of course") == 2


def test_a_question_over_the_context_is_refused_in_each_column(page: AppTest) -> None:
    asked(page, "A long question")
    assert not page.error
    assert said(page).count("The prompt is 900 tokens\\. Ask less\\.") == 2


def test_the_better_answer_is_kept_and_shown_again_after_a_reload(
    page: AppTest, bench: FakeWorkbench
) -> None:
    asked(page, "Capital of France?")
    page.segmented_control[0].set_value("lora").run()
    assert bench.store.marks([1]) == {1: "lora"}
    again = AppTest.from_file(str(APP), default_timeout=30)
    again.query_params["conversation"] = page.query_params["conversation"]
    again.run()
    assert shown(again)[0] == "Capital of France?"
    assert again.segmented_control[0].value == "lora"


def test_each_question_stands_alone_until_the_history_is_kept(
    page: AppTest, bench: FakeWorkbench
) -> None:
    asked(page, "First?")
    asked(page, "Second?")
    assert [len(request.messages) for request in bench.fake.asked] == [2, 2, 2, 2]
    page.toggle(key="playground_alone").set_value(False).run()
    asked(page, "Third?")
    assert len(bench.fake.asked[-1].messages) == 6


def test_a_new_conversation_begins_empty(page: AppTest) -> None:
    asked(page, "Capital of France?")
    page.button(key="playground_new").click().run()
    assert shown(page) == []
    assert page.pills(key="playground_suggestion")


def test_markup_of_the_model_stays_text(page: AppTest, bench: FakeWorkbench) -> None:
    bench.fake.says = "<b>bold</b> ![](https://example.org/x.png)"
    give_documents(bench)
    asked(page, "Capital of France?")
    assert shown(page).count("<b>bold</b> ![](https://example.org/x.png)") == 3
    assert not [body for body in marked(page) if "<b>" in body or "<img" in body]


def test_without_any_lever_a_sentence_says_what_to_do(page: AppTest) -> None:
    page.pills(key="playground_levers").set_value([]).run()
    asked(page, "Capital of France?")
    assert page.warning[0].value.startswith("Every lever is switched off.")


def test_what_was_written_before_a_stop_is_kept(
    page: AppTest, bench: FakeWorkbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(self: turns.Live, name: str, update: Update) -> None:
        raise StopException

    monkeypatch.setattr(turns.Live, "show", stop)
    asked(page, "Capital of France?")
    [(_, question, answers)] = bench.store.turns(page.session_state["choices"].conversation)
    assert question == "Capital of France?"
    assert [given.text for given in answers if not given.error] == ["Paris of course"] * 2
