"""Turn a training state into the folder that ships: `python -m core.pretrain.export RUN TARGET`."""

import argparse
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from core.pretrain import architecture, curve, tokenizer


def export(run: Path, target: Path, preset: str) -> None:
    """Write weights (bf16), tokenizer and settings; each file replaces the old one at once."""
    import torch
    from transformers import AutoTokenizer, GenerationConfig

    pieces = AutoTokenizer.from_pretrained(run, local_files_only=True)
    model = architecture.build(architecture.PRESETS[preset], pieces)
    model.load_state_dict(
        torch.load(run / "state.pt", weights_only=True, map_location="cpu")["model"]
    )
    settings: Any = GenerationConfig  # it has no type hints
    model.generation_config = settings(
        do_sample=False,
        max_new_tokens=128,
        eos_token_id=pieces.convert_tokens_to_ids(tokenizer.END),
        pad_token_id=pieces.convert_tokens_to_ids(tokenizer.PAD),
    )
    target.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent) as new:
        model.to(torch.bfloat16).save_pretrained(new)
        pieces.save_pretrained(new)
        curve.draw(run, Path(new) / "loss.svg")
        for file in sorted(Path(new).iterdir()):
            shutil.move(file, target / file.name)  # a rename: same file system


def main() -> None:
    """Read the command line and export."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("run", type=Path)
    ask.add_argument("target", type=Path)
    ask.add_argument("--preset", choices=list(architecture.PRESETS), default="cpu")
    told = ask.parse_args()
    export(told.run, told.target, told.preset)


if __name__ == "__main__":
    main()
