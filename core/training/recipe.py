"""The recipe of a LoRA run: everything that changes its outcome, and nothing else."""

import math
from dataclasses import dataclass, replace

from core.errors import SettingOutOfRange
from core.settings import check, choice, from_words, knob, switch

MOST_SEEDS = 5  # runs in one go
WHAT, ADAPTER, LEARNING = "Adapter or all weights", "The adapter", "Learning"
WATCHING, MACHINE = "Watching", "This machine"
WHOLE = "all weights"
WHOLE_RATE = 0.1  # of an adapter's step size: all weights together move further at the same one
MODULES = r"[A-Za-z0-9_.]+( *, *[A-Za-z0-9_.]+)*"  # names parted by commas


@dataclass(frozen=True)
class Recipe:
    """How to adapt a model to a task.

    Raises:
        SettingOutOfRange: Names the setting, its value and its limits.
    """

    trains: str = choice(
        "adapter",
        ("adapter", WHOLE),
        "An adapter beside the model, or all weights of a copy of it. All weights take several "
        "times the memory and disk, cannot share a batch, and may forget more of what the base "
        "knew; they want a tenth of the learning rate.",
        group=WHAT,
    )
    rank: int = knob(
        16, 1, 256, "Width of the adapter. Its parameters grow in proportion.", group=ADAPTER
    )
    alpha: int = knob(
        32, 1, 512, "Weight of the adapter: it is scaled by alpha / rank.", group=ADAPTER
    )
    target_modules: str = choice(
        "all linear",
        ("all linear", "attention only"),
        "Which layers of the model get an adapter; also their names, parted by commas.",
        group=ADAPTER,
        pattern=MODULES,
    )
    dropout: float = knob(
        0.0, 0.0, 0.5, "Share of the adapter's inputs blanked while training.", group=ADAPTER
    )
    rslora: bool = switch(
        False, "Scale by alpha / root of rank instead: steadier at ranks above 32.", group=ADAPTER
    )
    dora: bool = switch(
        False,
        "Learn length and direction of the weights apart: slower, sometimes better. Cannot share "
        "a batch with other adapters or the base, so answers take longer.",
        group=ADAPTER,
    )
    learning_rate: float = knob(
        5e-3,
        1e-6,
        2e-2,
        "Peak step size. The embedded model wants 0.005, large ones 0.0002.",
        group=LEARNING,
    )
    epochs: float = knob(
        5.0, 0.1, 50.0, "How often each train row is seen.", "passes", group=LEARNING
    )
    batch: int = knob(8, 1, 128, "Rows that are computed at once.", "rows", group=LEARNING)
    accumulation: int = knob(
        1,
        1,
        64,
        "Batches that make up one step: as large a step in less memory.",
        "batches",
        group=LEARNING,
    )
    max_tokens: int = knob(
        768,
        16,
        8192,
        "Longer rows are dropped and counted, never cut. A token is about three quarters of an "
        "English word.",
        "tokens",
        group=LEARNING,
    )
    warmup_ratio: float = knob(
        0.05, 0.0, 0.5, "Share of the steps in which the step size rises.", group=LEARNING
    )
    weight_decay: float = knob(
        0.0, 0.0, 0.5, "Pull of the adapter's weights towards zero.", group=LEARNING
    )
    evaluations: int = knob(
        8, 1, 100, "How often the validation loss is measured.", "times", group=WATCHING
    )
    validation_rows: int = knob(
        64, 1, 10_000, "At most so many rows are measured.", "rows", group=WATCHING
    )
    metric_rows: int = knob(
        16,
        0,
        256,
        "At most so many validation rows are answered while training, in a twentieth of the time.",
        "rows",
        group=WATCHING,
    )
    patience: int = knob(
        2, 1, 100, "Stop after so many evaluations without improvement.", "times", group=WATCHING
    )
    threshold: float = knob(
        0.001,
        0.0,
        1.0,
        "A smaller fall of the validation loss counts as no improvement.",
        "of loss",
        group=WATCHING,
    )
    seed: int = knob(0, 0, 2**31 - 1, "Order of rows and initial adapter weights.", group=LEARNING)
    precision: str = choice(
        "auto",
        ("auto", "fp32"),
        "auto computes in bf16 where the hardware can, which takes less time; fp32 never does.",
        group=MACHINE,
    )
    four_bit: bool = switch(
        False, "Hold the base in 4 bits (QLoRA): a quarter of the memory.", group=MACHINE
    )

    def __post_init__(self) -> None:
        check(self)

    @property
    def whole(self) -> bool:
        """Whether all weights are trained, and not an adapter."""
        return self.trains == WHOLE

    def training(self, what: str) -> "Recipe":
        """The same recipe for an adapter or for all weights, with a step size that suits it."""
        if what == self.trains:
            return self
        scale = WHOLE_RATE if what == WHOLE else 1 / WHOLE_RATE
        return replace(self, trains=what, learning_rate=self.learning_rate * scale)

    def reads(self, rows: int) -> int:
        """Rows learned in all passes together."""
        return max(1, round(self.epochs * rows))

    def steps(self, rows: int) -> int:
        """Optimizer steps over so many train rows; only the very last may learn from fewer."""
        return math.ceil(self.reads(rows) / (self.batch * self.accumulation))

    def seeded(self, runs: int) -> tuple["Recipe", ...]:
        """The same recipe so many times, each with a seed of its own, this one's first.

        Raises:
            SettingOutOfRange: None, or more than `MOST_SEEDS`.
        """
        if not 1 <= runs <= MOST_SEEDS:
            raise SettingOutOfRange(
                f"seeds is {runs}.", remedy=f"Choose between 1 and {MOST_SEEDS}."
            )
        return tuple(replace(self, seed=(self.seed + run) % 2**31) for run in range(runs))


@dataclass(frozen=True)
class Preset:
    """A recipe with what it is good for, in plain words."""

    title: str
    recipe: Recipe
    description: str


DEFAULT = "balanced"
PRESETS = {
    "quick": Preset(
        "Quick try",
        Recipe(rank=8, alpha=16, epochs=2.0, evaluations=4),
        "A first look: two passes over the examples, a small adapter.",
    ),
    "balanced": Preset(
        "Balanced",
        Recipe(),
        "The one to begin with: stops by itself when more training no longer helps on the "
        "validation examples.",
    ),
    "thorough": Preset(
        "Thorough",
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
    start = PRESETS[name].recipe.training(changed.trains)
    return replace(start, **{name: getattr(changed, name) for name in named})
