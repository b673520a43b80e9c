"""Which weights answer which row: PEFT, touched by the owner thread alone.

PEFT lays adapters into the base's own modules and rows are steered by hooks on them,
so two threads on one model mix answers up without a word.
"""

import contextlib
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from core.errors import AdapterRefused
from core.models import adapters
from core.models.steering import steered
from core.models.whole import Second
from core.records import Adapter

MOST_LOADED = 8


class Switches:
    """A base and the adapters laid on it, at most `MOST_LOADED`; the least used one goes first.

    Args:
        base: The model in memory; it is never changed.
        made: Hears of a second model, where all weights of it were trained.
    """

    def __init__(self, base: Any, made: Callable[[Any], None] = lambda model: None) -> None:
        self.model = base  # a PeftModel around it once the first adapter came
        self._second = Second(base, made)
        self._loaded: OrderedDict[str, Adapter] = OrderedDict()

    def load(self, adapter: Adapter) -> None:
        """Make an adapter ready to act.

        Raises:
            AdapterRefused: Its files changed since they passed the gate, or do not fit this base.
            ModelUnavailable: All weights were trained, and they cannot be loaded.
        """
        if adapter.whole:
            self._second.model(adapter)
            return
        name = _name(adapter)
        if name not in self._loaded:
            if adapters.weights_digest(adapter.folder) != adapter.digest:
                raise AdapterRefused(
                    f"The adapter of {adapter.run} has changed since it was chosen.",
                    remedy="Choose it again, or train again.",
                )
            while len(self._loaded) >= MOST_LOADED:
                oldest, _ = self._loaded.popitem(last=False)
                self._delete(oldest)
            self._lay(adapter, name)
            self._loaded[name] = adapter
        self._loaded.move_to_end(name)

    @contextlib.contextmanager
    def acting(self, rows: Sequence[Adapter | None]) -> Iterator[Callable[..., Any]]:
        """Within: these loaded adapters, row by row. Yields the `generate` to call."""
        if rows[0] and rows[0].whole:  # the engine gave it a batch of its own
            yield self._second.model(rows[0]).generate
            return
        if rows[0] and not adapters.shares_batch(rows[0]):  # DoRA: a batch of its own, too
            switched = self._awake(_name(rows[0]))
        else:
            names = [_name(adapter) if adapter else None for adapter in rows]
            switched = steered(self.model, names)
        with switched:
            yield self.model.generate

    @contextlib.contextmanager
    def _awake(self, name: str) -> Iterator[None]:
        """Within: PEFT itself lets this adapter act, on every row."""
        self.model.set_adapter(name, inference_mode=True)
        self.model.base_model.enable_adapter_layers()
        try:
            yield
        finally:
            self.model.base_model.disable_adapter_layers()

    def _lay(self, adapter: Adapter, name: str) -> None:
        from peft import LoraConfig, PeftModelForCausalLM

        settings = adapters.settings_of(adapter)
        config = LoraConfig(
            task_type="CAUSAL_LM",
            r=settings.r,
            lora_alpha=settings.lora_alpha,
            target_modules=settings.target_modules,
            use_rslora=settings.use_rslora,
            use_dora=settings.use_dora,
            fan_in_fan_out=settings.fan_in_fan_out,
            inference_mode=True,
        )
        try:
            if isinstance(self.model, PeftModelForCausalLM):
                self.model.add_adapter(name, config)
            else:
                self.model = PeftModelForCausalLM(self.model, config, adapter_name=name)
            self._fill(adapter, name)
        except (ValueError, RuntimeError, KeyError) as misfit:
            self._forget(name)
            reason = (str(misfit).strip().splitlines() or [""])[0][:200]
            raise AdapterRefused(
                f"The adapter of {adapter.run} does not fit this model ({reason}).",
                remedy="Choose the model it was trained on, or train again on this one.",
            ) from misfit
        self.model.eval()
        self.model.base_model.disable_adapter_layers()  # for `steered`

    def _fill(self, adapter: Adapter, name: str) -> None:
        from peft import set_peft_model_state_dict
        from safetensors.torch import load_file

        weights = load_file(adapter.folder / adapters.WEIGHTS)
        result: Any = set_peft_model_state_dict(self.model, weights, adapter_name=name)
        empty = [key for key in result.missing_keys if f".{name}." in key]
        if empty or result.unexpected_keys:
            raise ValueError(
                f"{len(empty)} weights missing, {len(result.unexpected_keys)} too many"
            )

    def _forget(self, name: str) -> None:
        """Take off an adapter that did not fit, and PEFT with it where it was the first."""
        if self._loaded:
            if name in self.model.peft_config:
                self._delete(name)
        elif hasattr(self.model, "unload"):
            self.model = self.model.unload()
        else:
            vars(self.model).pop("peft_config", None)

    def _delete(self, name: str) -> None:
        """Delete one of several; PEFT warns if it is the one that `set_adapter` named last."""
        self.model.set_adapter(next(iter(self._loaded)), inference_mode=True)
        self.model.delete_adapter(name)


def _name(adapter: Adapter) -> str:
    return f"digest-{adapter.digest[:32]}"
