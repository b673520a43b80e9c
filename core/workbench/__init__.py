"""One workspace, opened: what the pages and the command line both call.

It opens things once, keeps them, and closes them; what they do is decided in the rooms
below. Each module adds what one page does to the one before it, so that `Workbench` is
all of them: opened, examples, levers, training, decision, handing.
"""

from core.workbench.handing import HandingOver
from core.workbench.opened import Progress

__all__ = ["Progress", "Workbench"]


class Workbench(HandingOver):
    """Everything about the tasks of one workspace. Safe to share between sessions."""
