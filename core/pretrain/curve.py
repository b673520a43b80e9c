"""The loss of a training run by the tokens it has read, kept as lines and drawn as a picture."""

import math
from pathlib import Path
from typing import Any

from core.workspace import append_line, lines

WIDTH, HEIGHT, MARGIN = 640, 260, 40  # pixels
SHADE = "#0b6e74"


def note(run: Path, *, tokens: int, loss: float) -> None:
    """Add a point: tokens read so far, nats per token of an answer (smoothed)."""
    append_line(run / "loss.jsonl", {"tokens": tokens, "loss": round(loss, 4)})


def draw(run: Path, target: Path) -> None:
    """The curve as an SVG; the loss on a logarithmic scale."""
    points = [each for each in lines(run / "loss.jsonl") if each["loss"] > 0]
    target.write_text(_svg(points), encoding="utf-8")


def _svg(points: list[dict[str, Any]]) -> str:
    most = max(each["tokens"] for each in points)
    high, low = (f(each["loss"] for each in points) for f in (max, min))
    span = math.log(high / low) or 1.0
    across, down = WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN
    path = " ".join(
        f"{MARGIN + across * each['tokens'] / most:.1f},"
        f"{MARGIN + down * math.log(high / each['loss']) / span:.1f}"
        for each in points
    )
    words = [
        (MARGIN, HEIGHT - 12, f"0 to {most / 1e6:.1f} million tokens"),
        (MARGIN, 24, f"loss per token of an answer, {high:.2f} to {low:.2f} nats (log scale)"),
    ]
    said = "".join(f'<text x="{x}" y="{y}">{text}</text>' for x, y, text in words)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="sans-serif" font-size="13"><rect width="100%" height="100%" fill="#fff"/>'
        f'{said}<polyline points="{path}" fill="none" stroke="{SHADE}" stroke-width="2"/></svg>\n'
    )
