"""The data gate: what is wrong with a task's examples, before anyone trains or measures on them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from core.records import Finding
from core.tasks.gate import (
    amount,
    evenness,
    form,
    leaks,
    near,
    personal,
    repeats,
    sameness,
    secrets,
)
from core.tasks.gate.examined import Check, Examined

__all__ = ["CHECKS", "Examined", "findings"]

CHECKS: tuple[Check, ...] = (
    *form.CHECKS,
    *personal.CHECKS,
    *secrets.CHECKS,
    *repeats.CHECKS,
    *leaks.CHECKS,
    *sameness.CHECKS,
    *evenness.CHECKS,
    *amount.CHECKS,
)


def findings(
    examined: Examined, progress: Callable[[int, int], None] | None = None
) -> tuple[Finding, ...]:
    """All findings, blocking ones first. `progress` hears (steps done, steps in all)."""
    steps = _Steps(len(CHECKS) + near.STEPS, progress or (lambda done, total: None))
    examined = replace(examined, tick=steps.tick)
    found: list[Finding] = []
    for check in CHECKS:
        found += check(examined)
        steps.tick()
    steps.end()
    return tuple(sorted(found, key=lambda finding: not finding.blocking))


@dataclass
class _Steps:
    """Counts what is done, and says so."""

    total: int
    heard: Callable[[int, int], None]
    done: int = 0

    def tick(self) -> None:
        self.done += 1
        self.heard(self.done, self.total)

    def end(self) -> None:
        if self.done < self.total:  # nothing to search among
            self.heard(self.total, self.total)
