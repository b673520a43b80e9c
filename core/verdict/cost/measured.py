"""What an answer costs by each lever, in what was measured: tokens and seconds. No prices."""

from typing import Any

from core.verdict.evidence import Evidence, Standing


def costs(evidence: Evidence) -> dict[str, Any]:
    """Tokens and seconds per answer, and tokens per month at the stated volume.

    Prices differ by provider and month, so none stand here: multiply tokens by yours.
    """
    volume = evidence.stated.volume_per_month
    prompt = evidence.levers.get("prompt")
    return {
        "levers": {lever: _cost(seen, prompt, volume) for lever, seen in evidence.levers.items()},
        "volume_per_month": volume,
        "training_minutes": evidence.training_minutes,
    }


def _cost(seen: Standing, prompt: Standing | None, volume: float | None) -> dict[str, Any]:
    return {
        "tokens_per_answer": seen.tokens,
        "seconds_per_answer": seen.seconds,  # median, one at a time
        "times_prompt": seen.tokens / prompt.tokens if prompt and prompt.tokens else None,
        "tokens_per_month": seen.tokens * volume if volume is not None else None,
    }
