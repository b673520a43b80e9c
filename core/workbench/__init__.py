"""One workspace, opened: what the pages and the command line both call.

It opens things once, keeps them, and closes them; what they do is decided in the rooms
below. Each module adds what one page does to the one before it, so that `Workbench` is
all of them: opened, examples, levers, training, people, decision, handing, searching,
watching.
"""

from core.workbench.opened import Progress
from core.workbench.watching import Watching

__all__ = ["Progress", "Workbench"]


class Workbench(Watching):
    """Everything about the tasks of one workspace. Safe to share between sessions."""
