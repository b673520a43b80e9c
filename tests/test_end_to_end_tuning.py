"""From a messy file to a tuned model in other hands: in a real browser, with the real server."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from tests import tickets
from tests.browsing import drawn, go, heading, opened, served

PHONE = 390  # pixels
SIDEWAYS = "element => element.scrollWidth - element.clientWidth"
PROBED = re.compile("_stcore/(health|host-config)$")  # Streamlit asks where its root is: a 404

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def complaints() -> list[str]:
    """What the browser's console called an error."""
    return []


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("home")) as address:
        yield address


@pytest.fixture(scope="module")
def page(address: str, complaints: list[str]) -> Iterator[Page]:
    def heard(said: ConsoleMessage) -> None:
        if said.type == "error" and not PROBED.search(said.location["url"]):
            complaints.append(said.text)

    with opened("about:blank") as page:
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", heard)
        page.goto(f"{address}/data?task=contract-lines")
        yield page


def press(within: Page | Locator, name: str | re.Pattern[str]) -> None:
    """A button, once nothing moves it away any more between the mouse's down and up."""
    drawn(within if isinstance(within, Page) else within.page)
    within.get_by_role("button", name=name, exact=isinstance(name, str)).click()


def sees(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.get_by_text(text)).to_be_visible()


def misses(page: Page, text: str) -> None:
    expect(page.get_by_text(text)).to_have_count(0)


def card(page: Page, title: str) -> Locator:
    """The innermost box that holds a finding."""
    return page.get_by_test_id("stVerticalBlock").filter(has_text=title).last


def choose(page: Page, label: str, option: str) -> None:
    box = page.get_by_role("combobox", name=label)
    box.press_sequentially(option, delay=50)
    box.press("Enter")


def put(page: Page, label: str, value: str) -> None:
    box = page.get_by_role("spinbutton", name=label)
    expect(box).to_have_count(1)  # those of another preset are gone
    box.fill(value)
    box.press("Tab")


def test_a_messy_file_is_previewed_mapped_and_imported(page: Page) -> None:
    page.get_by_text("Bring your own task").click()
    page.get_by_label("File", exact=True).locator("input").set_input_files(
        {"name": "Support tickets.csv", "mimeType": "text/csv", "buffer": tickets.sheet()}
    )
    sees(page, "The first 20 of 89 examples, exactly as the model will be trained on them.")
    sees(page, "'Category' was taken for the reference because of its name.")
    rows = page.get_by_label("The first examples of the file", exact=True)
    rows.scroll_into_view_if_needed()  # it is drawn once it is seen
    expect(rows.get_by_text("Clothing").first).to_be_attached()
    choose(page, "Reference", "Queue")
    expect(rows.get_by_text("Billing").first).to_be_attached()
    expect(rows.get_by_text("Clothing")).to_have_count(0)
    name = page.get_by_role("textbox", name="Name of the task")
    expect(name).to_have_value("support-tickets")
    press(page, "Import")
    sees(page, "Support tickets is imported")
    sees(page, "89 examples are in the workspace.")


def test_findings_are_named_and_two_of_them_mended(page: Page) -> None:
    press(page, "Open it")
    sees(page, "Not yet: 1 thing stands in the way")
    sees(page, "Keys or passwords stand in the examples")
    press(page, "Drop these 2 rows")
    misses(page, "Rows that repeat an earlier row")
    sees(page, "1 change so far")
    mask = "E-mail addresses stand in the examples"
    press(card(page, mask), "Mask in 1 row")
    misses(page, mask)
    sees(page, "2 changes so far")
    press(page, "Undo")
    sees(page, mask)
    sees(page, "1 change so far")
    press(card(page, mask), "Mask in 1 row")
    misses(page, mask)
    sees(page, "2 changes so far")
    sees(page, "Keys or passwords stand in the examples")  # nothing is mended unasked


def test_a_run_is_stopped_and_resumed_and_finishes(page: Page) -> None:
    go(page, "Train")
    heading(page, "Train")
    expect(page.get_by_role("button", name="Start training")).to_be_enabled()
    page.get_by_role("radio", name="Quick").click()
    page.get_by_text("More settings").click()
    expect(page.get_by_role("spinbutton", name="Epochs (passes)")).to_have_value("2")
    steps = page.get_by_test_id("stMetric").filter(has_text="Steps, at most")
    put(page, "Epochs (passes)", "4")
    expect(steps).to_contain_text("28")  # 4 times the 55 rows, 8 at once: the page has heard
    put(page, "Batch (rows)", "1")  # many short steps: time to stop between two
    expect(steps).to_contain_text("220")  # 4 times the 55 rows
    press(page, "Start training")
    sees(page, re.compile("Step [1-9][0-9]* of 220"))
    press(page.get_by_test_id("stMain"), "Stop")  # Streamlit's own, above, stops drawing only
    sees(page, "Stopped on request.")
    sees(page, "No adapter yet. A finished run makes one.")
    stopped = steps_done(page)
    press(page, "Resume")
    sees(page, "You may close this page; the run goes on.")
    sees(page, re.compile("[0-9]+ steps in "))
    assert steps_done(page) > stopped
    sees(page, "Its adapter stands under Adapters.")
    sees(page, "Base unchanged: its weights were hashed before and after.")


def steps_done(page: Page) -> int:
    """As the run's own line says: it may end before the last one planned."""
    line = re.compile("^(Step [0-9]+ of 220|[0-9]+ steps in)")
    said = page.get_by_role("paragraph").filter(has_text=line).inner_text()
    return int(re.findall("[0-9]+", said)[0])


def test_the_run_is_handed_over_whole(page: Page) -> None:
    page.get_by_text("Hand over", exact=True).click()
    press(page, "Prepare")
    with page.expect_download() as taken:
        press(page, re.compile(r"^Download \("))
    with zipfile.ZipFile(taken.value.path()) as bundle:
        held = {Path(name).name: name for name in bundle.namelist()}
        learned = (
            bundle.read(held["train.jsonl"]) + bundle.read(held["validation.jsonl"])
        ).decode()
    assert {"use_me.py", "manifest.json"} <= set(held)
    assert tickets.REPEATED[0] in learned
    assert tickets.ADDRESS not in learned  # masked before the rows were written


@pytest.mark.parametrize("title", ["Data", "Train"])
def test_no_page_is_wider_than_a_phone(page: Page, address: str, title: str) -> None:
    page.set_viewport_size({"width": PHONE, "height": 844})
    page.goto(f"{address}/{title.lower()}?task=support-tickets")
    heading(page, title)
    sees(page, {"Data": "Bring your own task", "Train": "Import an adapter"}[title])
    assert page.locator("html").evaluate(SIDEWAYS) <= 1
    assert page.get_by_test_id("stMain").evaluate(SIDEWAYS) <= 1  # it scrolls, not the document


def test_the_console_stays_silent(page: Page, complaints: list[str]) -> None:
    heading(page, "Adapters")
    assert complaints == []
