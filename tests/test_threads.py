"""Short passes of a small model stay on one core."""

from collections.abc import Iterator
from typing import Any

import pytest

from core import threads


@pytest.fixture(autouse=True)
def four_cores(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    import torch

    before = torch.get_num_threads()
    monkeypatch.setattr(threads, "physical", lambda: 4)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    yield
    torch.set_num_threads(before)


def noting(parameters: int) -> Any:
    """A model of so many parameters, without their memory, that notes the cores of each pass."""
    import torch

    class Noting(torch.nn.Module):
        device = torch.device("cpu")

        def __init__(self) -> None:
            super().__init__()
            self.weights = torch.nn.Parameter(torch.empty(parameters, device="meta"))
            self.got: list[int] = []

        def forward(self, input_ids: torch.Tensor) -> None:
            self.got.append(torch.get_num_threads())

    return Noting()


@pytest.mark.parametrize(
    ("parameters", "got"),
    [(15_000_000, [1, 4, 1]), (500_000_000, [4, 4, 4])],
)
def test_a_pass_gets_the_cores_that_it_is_worth(parameters: int, got: list[int]) -> None:
    import torch

    model = noting(parameters)
    threads.share(model)
    model(input_ids=torch.zeros(1, 1))
    model(torch.zeros(4, 100))
    model(input_ids=torch.zeros(8, 1))
    assert model.got == got


def test_who_sets_the_threads_has_the_last_word(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    before, model = torch.get_num_threads(), noting(15_000_000)
    threads.share(model)
    model(torch.zeros(4, 1))
    assert model.got == [before]
