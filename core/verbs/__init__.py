"""What each verb of the command line does: call the workbench, say it as JSON and as text."""

import dataclasses

from core.training import recipe
from core.verbs.bringing import bring, check, documents, retrieval
from core.verbs.deciding import evaluate, verdict
from core.verbs.playing import ask, doctor, tasks
from core.verbs.saying import Said
from core.verbs.training import export, resume, runs, stop, train

PRESET_NAMES = tuple(recipe.PRESETS)
SETTING_NAMES = tuple(one.name for one in dataclasses.fields(recipe.Recipe))

__all__ = [
    "PRESET_NAMES",
    "SETTING_NAMES",
    "Said",
    "ask",
    "bring",
    "check",
    "doctor",
    "documents",
    "evaluate",
    "export",
    "resume",
    "retrieval",
    "runs",
    "stop",
    "tasks",
    "train",
    "verdict",
]
