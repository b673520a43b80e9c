"""The judgement calls of the tree, each with its reason. Everything else in it is measured."""

MIN_HOLDOUT = 20  # below it one answer moves a share by more than 5 points
MAX_HALF_WIDTH = 0.20  # a wider interval cannot tell "mostly right" from "a coin toss"
MIN_GAIN = 0.05  # a smaller gain does not pay for keeping an index or an adapter up to date
NEAR_BAR = 0.5  # of the bar: a lever below it is no success, even if no other lever is better
MIN_TRAIN = 50  # fewer rows teach a LoRA run their wording more than their rule; as the data gate
RIGHT = 0.5  # an answer counts as right when it scores at least half, where a metric has shades
HIGH_VOLUME = 10_000  # answers a month; below it shorter prompts do not pay for tuning's upkeep
TOKEN_RATIO = 2.0  # tuning must at least halve the tokens of an answer to be worth it for cost
MANY_OPENINGS = 5  # levers chosen after that many looks are fitted to the holdout, too
REHEARSAL = 1_000_000_000  # parameters; people ship models above this size
RESAMPLES = 1_000  # of the holdout, for the confidence: its own error is then under 1.6 points
SURE = 0.80  # share of redrawn holdouts that must agree; below it the verdict is a guess
SETTLED = 0.8416  # standard errors off the bar: by itself an answer then stands in 4 redraws of 5
TIED = 1.96  # standard errors below `MIN_GAIN`: the whole 95 % interval of the lead lies under it
