"""Failures a person can fix, each with its remedy.

Raised where the failure is known, caught only at the edges (the page frame, the
command line, the worker's outermost frame). Anything else that is raised is a bug.
"""


class FirstLeverError(Exception):
    """Something the reader of the screen can fix.

    Args:
        problem: What is wrong, with the offending value in it.
        remedy: The next thing to do, as an instruction.
    """

    def __init__(self, problem: str, *, remedy: str) -> None:
        super().__init__(f"{problem} {remedy}")
        self.problem = problem
        self.remedy = remedy


class UnknownTask(FirstLeverError):
    """No task of that name is in the workspace or among the samples."""


class TaskUnreadable(FirstLeverError):
    """A task folder, an examples file or a single row cannot be read as one."""


class DocumentUnreadable(FirstLeverError):
    """A document is of an unknown kind, damaged, encrypted, empty or too large."""


class IndexUnavailable(FirstLeverError):
    """The passages of a task cannot be searched."""


class QuestionEmpty(FirstLeverError):
    """There is nothing to answer."""


class PromptTooLong(FirstLeverError):
    """What the lever would show the model exceeds the model's context."""


class UnknownLever(FirstLeverError):
    """No lever of that name."""


class LeverUnavailable(FirstLeverError):
    """The lever lacks something of the task: documents, train examples or an adapter."""


class ModelUnavailable(FirstLeverError):
    """A model cannot be loaded or an endpoint does not answer."""


class AdapterRefused(FirstLeverError):
    """An adapter failed the import gate and was not loaded."""


class SettingOutOfRange(FirstLeverError):
    """A setting lies outside its stated range, or does not exist."""


class RunUnknown(FirstLeverError):
    """No run of that name, or not in a state that allows what was asked."""


class RunUnfinished(FirstLeverError):
    """A run that was waited for ended without an adapter."""


class CannotTrain(FirstLeverError):
    """A run would fail: too few examples, too little memory or disk."""


class UnknownMetric(FirstLeverError):
    """No metric of that name."""


class EvaluationStopped(FirstLeverError):
    """Someone stopped an evaluation; the answers so far are kept."""


class NotEvaluated(FirstLeverError):
    """A verdict was asked for before any lever was measured."""


class WorkspaceUnusable(FirstLeverError):
    """The workspace folder cannot be read or written, or the disk is full."""
