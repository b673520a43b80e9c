"""The data gate: what is wrong with a task's examples, before anyone trains or measures on them."""

from collections.abc import Callable

from core.records import Finding
from core.tasks.gate import amount, form, repeats
from core.tasks.gate.examined import Check, Examined

__all__ = ["CHECKS", "Examined", "findings"]

CHECKS: tuple[Check, ...] = (*form.CHECKS, *repeats.CHECKS, *amount.CHECKS)


def findings(
    examined: Examined, progress: Callable[[int, int], None] | None = None
) -> tuple[Finding, ...]:
    """All findings, blocking ones first. `progress` hears (checks done, checks in all)."""
    found: list[Finding] = []
    for done, check in enumerate(CHECKS):
        if progress:
            progress(done, len(CHECKS))
        found += check(examined)
    return tuple(sorted(found, key=lambda finding: not finding.blocking))
