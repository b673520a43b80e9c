"""Train the embedded model from nothing: `python -m core.pretrain.train --corpora DIR --out DIR`.

Time is the budget: the curriculum and the learning rate follow the share of
`--minutes` that is used up. With `--begin-with MODEL` a trained model practises on, without
the first, easy stages; a lower `--rate` keeps more of what it knew. The run can be stopped
at any moment and resumes from `OUT/state.pt`, written every two minutes. A GPU is used where
there is one; it reads faster than one process can write, so give it `--writers 14`.
"""

import argparse
import logging
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from core.pretrain import (
    architecture,
    batches,
    curriculum,
    curve,
    embeddings,
    tokenizer,
    writing,
)
from core.pretrain.run import Run

log = logging.getLogger("pretrain")


def train(run: Run, corpora: Path, seed: int, writers: int) -> None:
    """Practise until the time is used up."""
    import torch

    rng = Random(1000 * (seed + run.done.step) + run.rank)
    torch.manual_seed(rng.randrange(2**31))
    batch_tokens = run.preset.batch_tokens // run.processes
    written = writing.Written(corpora, run.pieces, batch_tokens, rng.randrange(2**31))
    ready = writing.batches(written, writers)
    saved, answers = run.done.seconds, None
    while run.progress < 1:
        written.level.value = run.level
        copies = run.level < curriculum.COPYING
        learned = run.learn(
            *(batches.copying(rng, len(run.pieces), batch_tokens) if copies else next(ready))
        )
        answers = learned if answers is None else learned.lerp(answers, 0.98)
        if run.done.step % 50 == 0 and not run.rank:
            log.info("%s answer loss %.3f", run.done, answers)
            curve.note(run.out, tokens=run.done.tokens, loss=float(answers))
        if run.done.seconds - saved > 120:
            saved = run.done.seconds
            run.save()
    run.save()


def _pieces(folder: Path, corpora: Path, seed: int) -> Any:
    """The tokenizer in the folder, or a new one; every process learns the same."""
    from transformers import AutoTokenizer

    if (folder / "tokenizer.json").exists():
        return AutoTokenizer.from_pretrained(folder, local_files_only=True)
    return tokenizer.learn(curriculum.sample(corpora, seed))


def main() -> None:
    """Read the command line and train."""
    import torch

    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--preset", choices=list(architecture.PRESETS), default="cpu")
    ask.add_argument("--corpora", type=Path, required=True)
    ask.add_argument("--out", type=Path, required=True)
    ask.add_argument("--minutes", type=float, default=90)
    ask.add_argument("--vectors", type=Path, help="folder of all-MiniLM-L6-v2, for a head start")
    ask.add_argument("--begin-with", type=Path, help="a model to go on from")
    ask.add_argument("--batch-tokens", type=int, help="other than the preset's")
    ask.add_argument("--rate", type=float, default=1.0, help="share of the peak learning rates")
    ask.add_argument("--seed", type=int, default=0)
    ask.add_argument("--writers", type=int, default=0, help="processes that write chats ahead")
    told = ask.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.manual_seed(told.seed)
    told.out.mkdir(parents=True, exist_ok=True)
    pieces = _pieces(told.begin_with or told.out, told.corpora, told.seed)
    preset = architecture.PRESETS[told.preset]
    preset = replace(preset, batch_tokens=told.batch_tokens or preset.batch_tokens)
    run = Run(preset, pieces, told.minutes, told.out, told.rate)
    if not run.rank:  # by now every process has read what stood here
        pieces.save_pretrained(told.out)
    if told.begin_with:
        run.start(told.begin_with)
    elif told.vectors:
        embeddings.borrow(run.model, pieces, told.vectors)
    run.resume()
    train(run, told.corpora, told.seed, told.writers)


if __name__ == "__main__":
    main()
