"""Documents in a real browser: added, edited, asked about, cited, deleted; hostile ones inert."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browsing import go, heading, opened, served
from tests.test_retrieval_documents import pdf_with

TASK = """
title = "Boots"
goal = "Say what the cobbler does."
instruction = "Answer the customer's question in a few words."
output = "text"
metric = "exact_match"
success_bar = 0.6
"""
ROWS = "\n".join(
    f'{{"input": "What does repair {number} cost?", "reference": "{number} pounds"}}'
    for number in range(30)
)
SOLES = "# Boot resoling\n\n## Price\n\nA pair of new soles costs 68 pounds.\n"
LURES = (
    "![pixel](https://evil.example/p.png) <img src=https://evil.example/i.png> "
    "[here](https://evil.example/) https://evil.example/auto www.evil.example me@evil.example"
)
HOSTILE = (
    f"# Laces {LURES}\n\n## Price {LURES}\n\n"
    f"The laces of a boot cost 4 pounds. {LURES} <script>alert(1)</script> "
    ":material/bug_report: $x$ :red[red]\n"
)
pytestmark = [pytest.mark.browser, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    task = folder / "tasks" / "boots"
    task.mkdir(parents=True)
    (task / "task.toml").write_text(TASK, encoding="utf-8")
    (task / "examples.jsonl").write_text(ROWS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def page(home: Path) -> Iterator[Page]:
    with served(home) as address, opened(f"{address}/documents?task=boots") as page:
        yield page


def upload(page: Page, *files: tuple[str, str, bytes]) -> None:
    """Choose files, wait until each is there, and add them."""
    place = page.get_by_test_id("stFileUploader").locator("input[type=file]")
    place.set_input_files(
        [{"name": name, "mimeType": kind, "buffer": content} for name, kind, content in files]
    )
    expect(page.get_by_test_id("stFileChipName")).to_have_count(len(files))
    expect(page.get_by_test_id("stFileChipIconSpinner")).to_have_count(0)
    page.get_by_role("button", name="Add to the documents").click()


def ask(page: Page, question: str, turns: int) -> None:
    box = page.get_by_placeholder("Ask a question")
    expect(box).to_be_enabled()
    box.fill(question)
    box.press("Enter")
    expect(page.get_by_text("Which answer is better?")).to_have_count(turns)


def passages(page: Page) -> None:
    """Open what RAG read in the latest turn."""
    page.get_by_text(re.compile(r"Passages it read \(")).last.click()


def strangers(page: Page) -> list[str]:
    """What on the page would be fetched from, or lead to, another host."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('img, a, iframe, script, link, source')]
            .map(one => one.src || one.href || '')
            .filter(to => /^mailto:|^(https?:)?[/][/]/.test(to))
            .filter(to => new URL(to).host !== location.host)"""
    )
    return found


def test_from_an_upload_to_a_citation_to_its_end(page: Page, home: Path) -> None:
    documents = home / "tasks" / "boots" / "documents"
    asked: list[str] = []
    blocked: list[str] = []
    page.on("request", lambda request: _note(request, asked))
    page.on("console", lambda said: blocked.append(said.text) if "Policy" in said.text else None)

    heading(page, "No documents yet")
    upload(
        page,
        ("soles.md", "text/markdown", SOLES.encode()),
        ("laces & <img src=x>.md", "text/markdown", HOSTILE.encode()),
        ("care.pdf", "application/pdf", pdf_with("Keep boots dry.", "Wax them each 3 weeks.")),
    )
    expect(page.get_by_text("3 documents")).to_be_visible()
    assert len([one for one in documents.iterdir() if not one.name.startswith(".")]) == 3

    page.get_by_role("combobox", name="Document").click()
    page.get_by_role("option", name=re.compile("Boot resoling")).click()
    text = page.get_by_label("Text", exact=True)
    expect(text).to_have_value(SOLES)
    text.fill(SOLES.replace("68", "79"))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(re.compile("Saved. 1 new passage"))).to_be_visible()
    assert "79 pounds" in (documents / "soles.md").read_text("utf-8")
    text.fill(SOLES.replace("68", "81"))  # an edit right after another
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(re.compile(r"Versions \(3\)"))).to_be_visible()
    text.fill(SOLES.replace("68", "79"))
    page.get_by_role("button", name="Save").click()
    page.get_by_text(re.compile(r"Versions \(4\)")).click()
    expect(page.locator("ins", has_text="79")).to_be_visible()

    go(page, "Playground")
    ask(page, "What do new soles cost?", turns=1)
    passages(page)
    expect(page.get_by_text("A pair of new soles costs 79 pounds.").last).to_be_visible()
    assert strangers(page) == []
    page.get_by_role("link", name="Open in the document").first.click()
    expect(page.get_by_text("Cited place")).to_be_visible()
    expect(page.locator("mark", has_text="A pair of new soles costs 79 pounds.")).to_be_visible()

    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_text("2 documents")).to_be_visible()
    assert list(documents.parent.rglob("*soles*")) == []

    go(page, "Playground")
    ask(page, f"What do the laces of a boot cost? {LURES}", turns=2)
    passages(page)
    expect(page.get_by_text("<script>alert(1)</script>").last).to_be_visible()
    soles = page.get_by_text("A pair of new soles costs")
    expect(soles).to_have_count(1)  # in the first turn only
    assert strangers(page) == []

    page.get_by_role("link", name="Open in the document").last.click()
    expect(page.get_by_text("Cited place")).to_be_visible()
    assert strangers(page) == []
    expect(page.get_by_text("Something in First Lever itself went wrong.")).to_have_count(0)
    assert asked == []
    assert blocked == []


def test_an_image_of_another_host_is_not_fetched_even_if_it_stands_in_the_page(
    page: Page,
) -> None:
    refused = page.evaluate(
        """() => new Promise(resolve => {
            document.addEventListener('securitypolicyviolation', found => resolve(found.blockedURI))
            document.body.append(Object.assign(new Image(), {src: 'https://evil.example/p.png'}))
        })"""
    )
    assert refused == "https://evil.example/p.png"


def _note(request: Request, asked: list[str]) -> None:
    if not re.match(r"(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:", request.url):
        asked.append(request.url)
