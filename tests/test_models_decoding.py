"""Text that grows token by token, and which rows share a batch."""

from typing import Any

import pytest

from core.models.batching import together
from core.models.decoding import Text
from tests import tiny


@pytest.fixture(scope="module")
def words() -> Any:
    return tiny.tokenizer()


def deltas(words: Any, tokens: list[int]) -> list[str]:
    text = Text(words)
    return [text.add(token) for token in tokens]


def test_a_character_is_shown_when_its_last_byte_is_there(words: Any) -> None:
    tokens = words.encode("aé漢🙂", add_special_tokens=False)  # 1, 2, 3 and 4 bytes
    assert deltas(words, tokens) == ["a", "", "é", "", "", "漢", "", "", "", "🙂"]


def test_an_answer_cut_inside_a_character_ends_before_it(words: Any) -> None:
    tokens = words.encode("ok🙂", add_special_tokens=False)
    assert "".join(deltas(words, tokens[:-1])) == "ok"


def test_white_space_around_an_answer_is_not_shown(words: Any) -> None:
    tokens = words.encode("\n  two  words \n", add_special_tokens=False)
    assert "".join(deltas(words, tokens)) == "two  words"


def test_special_tokens_are_not_shown(words: Any) -> None:
    assert "".join(deltas(words, words.encode("<|user|>hi<|pad|>there"))) == "hithere"


def test_a_piece_of_a_word_keeps_its_spaces() -> None:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    vocabulary = {"▁the": 0, "▁cat": 1, "s": 2, "▁": 3}
    pieces = Tokenizer(models.WordLevel(vocabulary, unk_token="▁"))
    pieces.pre_tokenizer = pre_tokenizers.Metaspace()
    pieces.decoder = decoders.Metaspace()
    sentencepiece_like = PreTrainedTokenizerFast(tokenizer_object=pieces)
    assert deltas(sentencepiece_like, [0, 1, 2, 0]) == ["the", " cat", "s", " the"]


@pytest.mark.parametrize(
    ("lengths", "rows"),
    [
        ([60, 60, 60], 3),
        ([60, 60, 600], 2),  # 2 * 540 = 1,080 tokens of padding
        ([17, 17, 77], 3),  # 2 * 60 = 120
        ([100, 400, 550], 3),  # 1 * 300, then 2 * 150
        ([100, 401], 1),  # 301
        ([5], 1),
        ([10] * 60, 48),
        ([200] * 40, 30),  # 30 * 200 = 6,000 tokens
        ([500] * 40, 16),
    ],
)
def test_rows_of_like_length_go_together(lengths: list[int], rows: int) -> None:
    assert together(lengths) == rows
