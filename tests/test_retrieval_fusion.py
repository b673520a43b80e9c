"""Rankings are joined by reciprocal ranks."""

from core.retrieval.fusion import fused


def test_what_two_rankings_agree_on_comes_before_the_first_of_one() -> None:
    # 7: 1/62 + 1/62 = 0.0323; 1 and 9: 1/61 = 0.0164
    assert fused([[1, 7], [9, 7]]) == [7, 1, 9]


def test_one_ranking_stays_as_it_is() -> None:
    assert fused([[3, 1, 2]]) == [3, 1, 2]


def test_of_equals_the_first_ranking_s_row_comes_first() -> None:
    assert fused([[5], [4]]) == [5, 4]


def test_no_ranking_gives_nothing() -> None:
    assert fused([]) == []


def test_a_ranking_of_less_weight_moves_less() -> None:
    # 7: 1/62 + 0.5/61 = 0.0243; 1: 1/61 = 0.0164; 9: 0.5/62 = 0.0081
    assert fused([[1, 7], [7, 9]], [1.0, 0.5]) == [7, 1, 9]
    assert fused([[1, 7], [9]], [1.0, 0.0]) == [1, 7, 9]
