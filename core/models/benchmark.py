"""Tokens per second, alone and in a batch: `python -m core.models.benchmark`.

    --model REFERENCE       "embedded", a folder or a name on the hub
    --adapter FOLDER        lora lane: a folder with adapter, manifest and configuration

Prints one JSON document. `ratio` says how many times faster three lanes (base,
base with a long prompt, adapter) are in one batch than one after another.
"""

import argparse
import json
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.models import adapters
from core.models.backbone import load
from core.models.checkpoint import EMBEDDED
from core.models.engine import Engine
from core.records import Adapter, Decoding, Message, Request

QUESTION = "What does the warranty cover, and for how long does it last?"
PASSAGE = "The warranty covers parts and labour for two years from the day of purchase. "
NEW_TOKENS = 64


def measure(engine: Engine, adapter: Adapter | None) -> dict[str, Any]:
    """Figures of one engine, warmed up."""
    lanes = (_ask(QUESTION), _ask(PASSAGE * 3 + QUESTION), _ask(QUESTION, adapter))
    _seconds(engine, lanes)
    alone_seconds, alone_tokens = _seconds(engine, lanes[:1])
    batch_seconds, batch_tokens = _seconds(engine, lanes)
    apart = [_seconds(engine, [lane]) for lane in lanes]
    apart_seconds = sum(seconds for seconds, _ in apart)
    return {
        "model": engine.name,
        "parameters": engine.parameters,
        "prompt_tokens": [engine.count(lane.messages) for lane in lanes],
        "alone_tokens_per_second": round(alone_tokens / alone_seconds, 1),
        "batched_tokens_per_second": round(batch_tokens / batch_seconds, 1),
        "batched_seconds": round(batch_seconds, 3),
        "one_after_another_seconds": round(apart_seconds, 3),
        "ratio": round(apart_seconds / batch_seconds, 2),
    }


def _ask(question: str, adapter: Adapter | None = None) -> Request:
    return Request((Message("user", question),), adapter, Decoding(max_tokens=NEW_TOKENS))


def _seconds(engine: Engine, requests: Sequence[Request]) -> tuple[float, int]:
    """Wall-clock seconds and new tokens."""
    started, tokens = time.perf_counter(), 0
    for piece in engine.stream(requests, threading.Event()):
        if piece.error:
            raise piece.error
        tokens += piece.done.new_tokens if piece.done else 0
    return time.perf_counter() - started, max(tokens, 1)


def main() -> None:
    """Read the command line and print."""
    words = argparse.ArgumentParser(prog="python -m core.models.benchmark")
    words.add_argument("--model", default=EMBEDDED)
    words.add_argument("--adapter", type=Path)
    told = words.parse_args()
    endless = replace(load(told.model), stops=frozenset())  # every lane runs to its cap
    engine = Engine(endless)
    folder = told.adapter
    adapter = adapters.admit(folder, folder.name, engine.digest) if folder else None
    sys.stdout.write(json.dumps(measure(engine, adapter), indent=2) + "\n")


if __name__ == "__main__":
    main()
