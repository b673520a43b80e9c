"""One training run: the model, its optimizers, its clock, and what is on disk."""

from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from core.pretrain import architecture, curriculum, together

MATRICES, REST = 0.02, 3e-3  # peak learning rates: Muon's and AdamW's


@dataclass
class Counters:
    """How far the run is; saved with the weights."""

    step: int = 0
    tokens: int = 0
    seconds: float = 0.0


class Run:
    """The model, its optimizers and its clock."""

    def __init__(
        self, preset: architecture.Preset, pieces: Any, minutes: float, out: Path, rate: float = 1.0
    ) -> None:
        self.preset, self.pieces, self.minutes, self.out = preset, pieces, minutes, out
        self.rate = rate  # share of the peak learning rates
        self.device = "cuda" if _has_gpu() else "cpu"
        self.model = architecture.build(preset, pieces).to(self.device)
        architecture.fuse(self.model)
        self.optimizers = _optimizers(self.model)
        self.done = Counters()
        self.begun = 0.0
        self.rank, self.processes = together.join()
        self.seen = perf_counter()

    @property
    def progress(self) -> float:
        """The share of the time that is used up."""
        return self.done.seconds / 60 / self.minutes

    @property
    def level(self) -> float:
        """The share of the curriculum that is behind."""
        return self.begun + (1 - self.begun) * self.progress

    def start(self, folder: Path) -> None:
        """Begin with a trained model's weights, past the easy stages."""
        from safetensors.torch import load_file

        weights = load_file(folder / "model.safetensors")
        self.model.load_state_dict(weights, strict=False)  # the output layer is the embedding
        self.begun = curriculum.STAGES[1].until

    def learn(self, ids: Any, weights: Any) -> Any:
        """One step on a batch; returns the loss per token of an answer, a tensor of one."""
        import torch

        rate = self.rate * learning_rate(self.progress, self.done.step)
        loss, answers = _loss(self.model, ids.to(self.device), weights.to(self.device))
        loss.backward()
        now = perf_counter()
        clock = torch.tensor([self.done.seconds + now - self.seen])  # one clock for all
        self.seen = now
        gradients = [each.grad for each in self.model.parameters()]
        with torch.no_grad():
            together.average([clock], self.processes)
            together.average(gradients, self.processes)
        self.done.seconds = clock.item()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * rate
            optimizer.step()
            optimizer.zero_grad()
        self.done.step += 1
        self.done.tokens += ids.numel() * self.processes
        return answers

    def save(self) -> None:
        """Write everything needed to go on, under another name first."""
        import torch

        with torch.no_grad():  # should rounding ever have let the copies drift apart
            together.average([each.data for each in self.model.parameters()], self.processes)
        if self.rank:
            return
        state = {
            "model": self.model.state_dict(),
            "optimizers": [each.state_dict() for each in self.optimizers],
            "done": vars(self.done),
        }
        torch.save(state, self.out / "state.new")
        (self.out / "state.new").rename(self.out / "state.pt")

    def resume(self) -> None:
        """Go on from the last save, if there is one."""
        import torch

        if (self.out / "state.pt").exists():
            state = torch.load(self.out / "state.pt", weights_only=True, map_location=self.device)
            self.model.load_state_dict(state["model"])
            for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
                optimizer.load_state_dict(saved)
            self.done = Counters(**state["done"])


def learning_rate(progress: float, step: int) -> float:
    """Share of the peak rate: warm-up over fifty steps, level, then a straight line down."""
    return min(1.0, step / 50 + 0.02) * min(1.0, max(0.0, 1 - progress) / 0.45 + 0.02)


def _has_gpu() -> bool:
    import torch

    return bool(torch.cuda.is_available())


def _optimizers(model: Any) -> list[Any]:
    import torch

    from core.pretrain.muon import Muon

    named = list(model.named_parameters())
    matrices = [each for name, each in named if each.ndim == 2 and "embed" not in name]
    rest = [each for name, each in named if each.ndim != 2 or "embed" in name]
    return [
        Muon(matrices, MATRICES),
        torch.optim.AdamW([{"params": rest, "peak": REST}], REST, (0.9, 0.95), weight_decay=0.0),
    ]


def _loss(model: Any, ids: Any, weights: Any) -> tuple[Any, Any]:
    """Weighted cross-entropy; light tokens are sampled, so that the wide output layer is cheap."""
    import torch

    worth = weights[:, 1:]
    chosen = torch.rand(worth.shape, device=worth.device) < (worth * 2.5).clamp(max=1.0)
    scale = (worth / (worth * 2.5).clamp(min=1e-6, max=1.0))[chosen]
    with torch.autocast(ids.device.type, torch.bfloat16):
        hidden = model.model(input_ids=ids, use_cache=False).last_hidden_state
        logits = model.lm_head(hidden[:, :-1][chosen])
    each = torch.nn.functional.cross_entropy(logits.float(), ids[:, 1:][chosen], reduction="none")
    answers = (scale >= 0.99).float()  # nothing here waits for a GPU
    found = (each.detach() * answers).sum() / answers.sum().clamp(min=1.0)
    return (each * scale).sum() / scale.sum(), found
