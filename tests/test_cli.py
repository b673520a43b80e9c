"""The command line prints the shapes that scripts rely on, and failures as one line."""

import json
from pathlib import Path
from typing import Any

import pytest

from core.cli import main

ANSWER = {
    "lever", "text", "model", "model_digest", "adapter", "adapter_digest", "prompt_version",
    "index", "passages", "prompt_tokens", "new_tokens", "seconds", "error",
}  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


def said(capsys: pytest.CaptureFixture[str], home: Path, *words: str) -> Any:
    """What a verb prints with --json."""
    status = main([*words, "--home", str(home), "--json"])
    printed = capsys.readouterr()
    assert status == 0, printed.err
    return json.loads(printed.out)


def refused(capsys: pytest.CaptureFixture[str], home: Path, *words: str) -> str:
    """The one line on standard error of a verb that cannot do as asked."""
    assert main([*words, "--home", str(home)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    return printed.err


def test_tasks_lists_the_samples(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    found = said(capsys, home, "tasks")["tasks"]
    assert found[0]["task"] == "store-policies"
    assert len(found) == 6


def test_check_gives_findings_and_the_split(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    found = said(capsys, home, "check", "contract-lines")
    assert found["rows"] == 24
    assert found["split"] == {"train": 15, "validation": 4, "holdout": 5}
    assert [one["code"] for one in found["blocking"]] == ["few-examples"]
    assert set(found["warnings"][0]) >= {"code", "title", "count", "rows", "remedy"}


def test_check_reads_a_bare_file_and_keeps_nothing_of_it(
    capsys: pytest.CaptureFixture[str], home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "My tickets.csv"
    file.write_text(
        "Ticket,Answer\n" + "".join(f"Where is item {n}?,aisle {n}\n" for n in range(30))
    )
    found = said(capsys, home, "check", str(file))
    assert (found["task"], found["rows"]) == ("my-tickets", 30)
    assert "few-examples" in {one["code"] for one in found["blocking"]}
    assert "The success bar is 80%." in found["defaults"]
    assert "my-tickets" not in {one["task"] for one in said(capsys, home, "tasks")["tasks"]}


def test_check_tells_why_and_holds_long_rows_against_the_model(
    capsys: pytest.CaptureFixture[str], home: Path, tmp_path: Path
) -> None:
    long = " ".join(f"word{n}" for n in range(900))
    file = tmp_path / "long.csv"
    rows = "".join(f"Where is item {n}?,aisle {n}\n" for n in range(30))
    file.write_text(f"input,reference\n{rows}{long},aisle\n")
    assert main(["check", str(file), "--home", str(home)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(
        line.startswith(
            "warning: Rows over the 1,024 tokens that the chosen model can hold: 1 (rows 31). "
            "Training leaves such rows out"
        )
        for line in lines
    )


def test_ask_gives_every_answer_with_its_provenance(
    capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    found = said(
        capsys, home, "ask", "How much do new soles cost?", "--task", "store-policies",
        "--levers", "prompt,few-shot,rag",
    )  # fmt: skip
    assert [one["lever"] for one in found["answers"]] == ["prompt", "few-shot", "rag"]
    assert all(set(one) == ANSWER for one in found["answers"])
    rag = found["answers"][2]
    assert {"document", "text", "start", "end", "score"} == set(rag["passages"][0])
    assert any("68 pounds" in passage["text"] for passage in rag["passages"])
    assert (rag["adapter"], rag["error"]) == ("", "")


def test_evaluate_and_verdict_print_their_shapes(
    capsys: pytest.CaptureFixture[str], home: Path, tmp_path: Path
) -> None:
    words = ("--task", "review-sentiment")
    found = said(
        capsys, home, "evaluate", *words, "--levers", "prompt,few-shot", "--limit", "4"
    )  # fmt: skip
    assert (found["holdout"], found["opened"]) == (4, 1)
    accuracy = found["levers"]["prompt"]["metrics"]["accuracy"]
    assert set(accuracy) == {"mean", "low", "high", "n", "unscored"}
    pair = found["comparisons"][0]
    assert {"a", "b", "metric", "difference", "low", "high", "p", "verdict"} <= set(pair)
    memo = tmp_path / "memo.md"
    decided = said(capsys, home, "verdict", *words, "--memo", str(memo))
    assert decided["leaf"] == "not-enough-evidence"
    assert set(decided["path"][0]) >= {"question", "answer", "evidence", "source"}
    assert set(decided["guides"]) >= {"a", "b", "c"}
    assert memo.read_text().startswith("# Review sentiment")
    page = tmp_path / "memo.html"
    said(capsys, home, "verdict", *words, "--memo", str(page))
    assert page.read_text().startswith("<!doctype html>")
    assert main(["verdict", *words, "--home", str(home)]) == 0
    text = capsys.readouterr().out.splitlines()
    levers = {"Prompt or Few-shot", "Few-shot or Prompt"}  # four examples tell neither from it
    assert text[0].removeprefix("Review sentiment: Not enough evidence: ") in levers
    assert text[1].startswith("A rehearsal: measured on")
    assert text[2].endswith("of 1,000 holdouts redrawn from these examples.")
    assert text[-1].startswith("Next step: Measure the 116 holdout examples that were left out")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("ask", "Hello?", "--task", "moon"), "There is no task 'moon'."),
        (("ask", "  ", "--task", "review-sentiment"), "The question is empty."),
        (("ask", "Hi", "--task", "review-sentiment", "--levers", "rag"), "no documents"),
        (("ask", "Hi", "--task", "review-sentiment", "--levers", "lora"), "no adapter"),
        (("ask", "Hi", "--task", "review-sentiment", "--levers", "magic"), "no lever 'magic'"),
        (("train", "--task", "review-sentiment", "--set", "rank=0"), "rank is 0"),
        (("stop", "nowhere"), "no run 'nowhere'"),
        (("verdict", "--task", "brand-voice"), "has not been evaluated"),
        (("import", "nothing.csv", "--name", "mine"), "nothing.csv"),
    ],
)
def test_what_cannot_be_done_is_one_line_with_its_remedy(
    capsys: pytest.CaptureFixture[str], home: Path, words: tuple[str, ...], complaint: str
) -> None:
    assert complaint in refused(capsys, home, *words)


def test_a_question_longer_than_the_context_is_one_line(
    capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    line = refused(
        capsys, home, "ask", "why " * 3000, "--task", "review-sentiment", "--levers", "prompt"
    )
    assert "tokens" in line


def test_a_workspace_that_cannot_be_written_is_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    assert "FIRST_LEVER_HOME" in refused(capsys, tmp_path / "file" / "home", "tasks")


def test_documents_are_added_listed_and_written_out(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "kites.html").write_text("<h1>Kites</h1><p>A kite costs 9 euros.", encoding="utf-8")
    (source / "broken.pdf").write_bytes(b"no pdf")
    out = tmp_path / "out.jsonl"
    words = ("documents", "--task", "store-policies", "--add", str(source), "--jsonl", str(out))
    found = said(capsys, tmp_path / "home", *words)
    assert {"document": "kites.html", "title": "Kites"} in found["documents"]
    assert found["unreadable"] == []
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == len(found["documents"]) == 31
    assert "# Kites\n\nA kite costs 9 euros." in [one["text"] for one in lines]
