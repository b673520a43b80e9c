"""The recipe of a LoRA run: everything that changes its outcome, and nothing else."""

import math
from dataclasses import dataclass, replace

from core.errors import SettingOutOfRange
from core.settings import check, from_words, knob


@dataclass(frozen=True)
class Recipe:
    """How to adapt a model to a task.

    Raises:
        SettingOutOfRange: Names the setting, its value and its limits.
    """

    rank: int = knob(16, 1, 256, "Width of the adapter. Its parameters grow in proportion.")
    alpha: int = knob(32, 1, 512, "Weight of the adapter: it is scaled by alpha / rank.")
    dropout: float = knob(0.0, 0.0, 0.5, "Share of the adapter's inputs blanked while training.")
    learning_rate: float = knob(
        5e-3, 1e-6, 2e-2, "Peak step size. The embedded model wants 0.005, large ones 0.0002."
    )
    epochs: float = knob(5.0, 0.1, 50.0, "How often each train row is seen.", "passes")
    batch: int = knob(8, 1, 128, "Rows that one step learns from.", "rows")
    max_tokens: int = knob(
        768, 16, 8192, "Longer rows are dropped and counted, never cut.", "tokens"
    )
    warmup_ratio: float = knob(0.05, 0.0, 0.5, "Share of the steps in which the step size rises.")
    weight_decay: float = knob(0.0, 0.0, 0.5, "Pull of the adapter's weights towards zero.")
    evaluations: int = knob(8, 1, 100, "How often the validation loss is measured.", "times")
    validation_rows: int = knob(64, 1, 10_000, "At most so many rows are measured.", "rows")
    patience: int = knob(2, 1, 100, "Stop after so many evaluations without improvement.", "times")
    seed: int = knob(0, 0, 2**31 - 1, "Order of rows and initial adapter weights.")

    def __post_init__(self) -> None:
        check(self)

    def reads(self, rows: int) -> int:
        """Rows learned in all passes together."""
        return max(1, round(self.epochs * rows))

    def steps(self, rows: int) -> int:
        """Optimizer steps over so many train rows; only the very last batch may be smaller."""
        return math.ceil(self.reads(rows) / self.batch)


@dataclass(frozen=True)
class Preset:
    """A recipe with what it is good for, in plain words."""

    recipe: Recipe
    description: str


DEFAULT = "balanced"
PRESETS = {
    "quick": Preset(
        Recipe(rank=8, alpha=16, epochs=2.0, evaluations=4),
        "A first look: two passes over the examples, a small adapter.",
    ),
    "balanced": Preset(
        Recipe(),
        "The one to begin with: stops by itself when more training no longer helps on the "
        "validation examples.",
    ),
    "thorough": Preset(
        Recipe(rank=32, alpha=64, epochs=12.0, evaluations=12),
        "Two to three times as long, for when balanced was still improving at its end.",
    ),
}


def from_preset(name: str, words: list[str]) -> Recipe:
    """A preset's recipe with some settings replaced, given as `name=value` words.

    Raises:
        SettingOutOfRange: No such preset or setting, or a value out of range.
    """
    if name not in PRESETS:
        raise SettingOutOfRange(
            f"There is no preset {name!r}.", remedy=f"Choose one of: {', '.join(PRESETS)}."
        )
    changed = from_words(Recipe, words)
    named = {word.partition("=")[0] for word in words}
    return replace(PRESETS[name].recipe, **{name: getattr(changed, name) for name in named})
