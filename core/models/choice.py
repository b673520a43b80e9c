"""Which model the workspace uses, as stored, and the way from there to the model."""

from dataclasses import dataclass
from typing import Literal

from core.models.backbone import load
from core.models.checkpoint import EMBEDDED
from core.models.endpoints import Endpoint
from core.models.engine import Engine
from core.models.model import Model


@dataclass(frozen=True)
class ModelChoice:
    """A model by name. Holds no key: only the name of the variable that holds it."""

    kind: Literal["embedded", "local", "endpoint"] = "embedded"
    reference: str = EMBEDDED  # local: folder or hub name; endpoint: the provider's model name
    base_url: str = ""  # endpoint only, such as http://127.0.0.1:8000/v1
    key_variable: str = ""  # endpoint only, "" where none is needed


def open_model(choice: ModelChoice) -> Model:
    """The chosen model, ready to answer. A local one takes memory until it is closed.

    Raises:
        ModelUnavailable: It cannot be loaded, or the choice is incomplete.
    """
    if choice.kind == "endpoint":
        return Endpoint(choice.base_url, choice.reference, choice.key_variable)
    return Engine(load(EMBEDDED if choice.kind == "embedded" else choice.reference))
