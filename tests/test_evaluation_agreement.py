"""Agreement of raters equals what the literature computes by hand."""

import numpy as np
import pytest

from core.evaluation.agreement import Agreement, agreement, alpha, coincidences, kappa

# Krippendorff (2011), "Computing Krippendorff's alpha-reliability": four observers, twelve units.
OBSERVERS = {
    "A": "123321412...",
    "B": "1233224125.3",
    "C": ".3332342251.",
    "D": "12332441251.",
}


def judged(said: dict[str, str]) -> dict[str, dict[int, str]]:
    return {
        name: {at: value for at, value in enumerate(row) if value != "."}
        for name, row in said.items()
    }


@pytest.mark.parametrize(("ordered", "expected"), [(False, 0.743), (True, 0.815)])
def test_alpha_of_the_textbook_example(ordered: bool, expected: float) -> None:
    found = agreement(judged(OBSERVERS), "12345", ordered)
    assert found is not None
    assert found.statistic == "Krippendorff's alpha"
    assert found.value == pytest.approx(expected, abs=0.0006)
    assert (found.items, found.raters) == (11, 4)  # one unit was seen once and is left out


def test_kappa_of_two_raters_by_hand() -> None:
    # Both yes 20, yes/no 5, no/yes 10, both no 15: seen 0.7, by chance 0.5, (0.7 - 0.5) / 0.5.
    found = kappa(np.array([[[20.0, 5.0], [10.0, 15.0]]]), ordered=False)
    assert found[0] == pytest.approx(0.4)


def test_a_near_miss_costs_less_where_values_are_ordered() -> None:
    # Weights 0, 1/4, 1. Seen: 2 of 9 near, 0 far. By chance: 4/9 near, 2/9 far.
    near = np.array([[[3.0, 1.0, 0.0], [0.0, 2.0, 1.0], [0.0, 0.0, 2.0]]])
    # rows 4,3,2 columns 3,3,3 of 9: chance near (12+9+9+6)/81, far (12+6)/81
    expected = 1 - (2 / 9) / ((36 / 81) + 4 * (18 / 81))
    assert kappa(near, ordered=True)[0] == pytest.approx(expected)
    assert kappa(near, ordered=True)[0] > kappa(near, ordered=False)[0]


def test_two_raters_are_told_by_kappa_with_an_interval() -> None:
    said = {"Ann": "55331155331155331155", "Ben": "55331155331155331133"}
    found = agreement(judged(said), "135", ordered=True)
    assert found is not None
    assert (found.statistic, found.items, found.same) == ("Cohen's kappa", 20, 0.9)
    assert found.low is not None
    assert found.high is not None
    assert found.value is not None
    assert 0.6 < found.low < found.value < found.high <= 1
    assert found.reading == "The raters agree almost perfectly."


def test_raters_who_toss_coins_hardly_agree() -> None:
    said = {"Ann": "13" * 20, "Ben": "1133" * 10}
    found = agreement(judged(said), "13", ordered=False)
    assert found is not None
    assert found.value == pytest.approx(0.0)
    assert found.reading.startswith("The raters hardly agree more than chance would.")


def test_one_value_throughout_is_no_agreement_that_can_be_told() -> None:
    found = agreement(judged({"Ann": "555", "Ben": "555"}), "135", ordered=True)
    assert found is not None
    assert found.value is None
    assert found.low is None
    assert "cannot be told from habit" in found.reading


def test_few_answers_are_said_to_be_few() -> None:
    found = agreement(judged({"Ann": "5511", "Ben": "5511"}), "135", ordered=True)
    assert isinstance(found, Agreement)
    assert found.reading.endswith("Few answers were rated twice.")


def test_nothing_rated_twice_has_no_agreement() -> None:
    assert agreement({"Ann": {1: "5"}, "Ben": {2: "5"}}, "135", ordered=True) is None
    assert agreement({}, "135", ordered=True) is None


def test_a_pair_within_an_item_weighs_by_how_many_rated_it() -> None:
    # Three raters say a, a, b: pairs aa 2, ab 2, ba 2, each halved.
    found = coincidences(np.array([[0, 0, 1]]), 2)
    assert found.tolist() == [[[1.0, 1.0], [1.0, 0.0]]]


def test_alpha_is_undefined_without_two_values() -> None:
    assert np.isnan(alpha(np.array([[[4.0, 0.0], [0.0, 0.0]]]), ordered=False)[0])
