import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from models import TEXTS, small_tokenizer

from gptviz.tokenizer import END, Tokenizer, train

TOKENIZER = small_tokenizer()
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@given(ANY_TEXT)
@settings(max_examples=300, deadline=None)
def test_any_text_comes_back_exactly(text):
    assert TOKENIZER.decode(TOKENIZER.encode(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00",
        "\r\n\t ",
        "👩🏽‍🚀 flies",
        "你好，世界",
        "e\u0301 \u200f\u202e",
        END,
        "a" * 100_000,
        "王 the king 😀\n" * 5_000,
    ],
    ids=["empty", "space", "NUL", "whitespace", "emoji", "Chinese", "marks", "end", "one long word", "100 KB"],
)
def test_hard_texts_come_back_exactly(text):
    assert TOKENIZER.decode(TOKENIZER.encode(text)) == text


@given(ANY_TEXT)
@settings(max_examples=200, deadline=None)
def test_tokens_show_every_byte(text):
    """Whole characters as themselves, bytes that are only part of one as ⟨e4⟩: put back, they are the text."""
    shown = "".join(TOKENIZER.tokens(TOKENIZER.encode(text)))
    if "⟨" not in text:
        parts = shown.split("⟨")
        raw = parts[0].encode() + b"".join(bytes.fromhex(p[:2]) + p[3:].encode() for p in parts[1:])
        assert raw == text.encode()


def test_split_characters_and_missing_ids_have_placeholders():
    assert TOKENIZER.tokens(TOKENIZER.encode("你")) == ["⟨e4⟩", "⟨bd⟩", "⟨a0⟩"]
    assert TOKENIZER.tokens([len(TOKENIZER), -1]) == [f"⟨id {len(TOKENIZER)}⟩", "⟨id -1⟩"]
    assert all(TOKENIZER.vocabulary()), "every token shows as something"


def test_frequent_words_are_one_token_with_their_space():
    assert TOKENIZER.tokens(TOKENIZER.encode(" the king and the queen")) == [" the", " king", " and", " the", " queen"]


def test_typed_end_of_text_is_ordinary_text(tmp_path):
    TOKENIZER.save(tmp_path)
    for tokenizer in (TOKENIZER, Tokenizer.load(tmp_path)):
        assert tokenizer.end is not None
        assert tokenizer.end not in tokenizer.encode(f"one{END}two")
        assert tokenizer.tokens([tokenizer.end]) == [END] and tokenizer.decode([tokenizer.end]) == END


@pytest.mark.parametrize("text", ["\ud800", "a\udc00b", "😀\udfff"])
def test_lone_surrogates_are_one_clear_error(text):
    with pytest.raises(ValueError, match=r"without lone surrogates, got '\\ud[0-9a-f]{3}' at position"):
        TOKENIZER.encode(text)


def test_what_is_no_text_is_an_error():
    with pytest.raises(TypeError, match="must be a str, got bytes"):
        TOKENIZER.encode(b"king")


def test_saved_and_loaded_is_the_same(tmp_path):
    TOKENIZER.save(tmp_path / "new")
    loaded = Tokenizer.load(tmp_path / "new")
    assert loaded.vocabulary() == TOKENIZER.vocabulary()
    assert loaded.encode(TEXTS[0]) == TOKENIZER.encode(TEXTS[0])


def test_training_gives_the_same_tokenizer_in_any_process():
    code = "from models import small_tokenizer; print(small_tokenizer().vocabulary())"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=_env())
    assert run.stdout.strip() == str(TOKENIZER.vocabulary())


def test_vocabulary_has_the_asked_size_and_always_the_bytes():
    assert len(TOKENIZER) == 320
    assert len(train(["a"], 257)) == 257
    with pytest.raises(ValueError, match="at least 257"):
        train(["a"], 256)


def test_missing_and_damaged_files_are_errors(tmp_path):
    with pytest.raises(FileNotFoundError, match="tokenizer.json, or vocab.json and merges.txt"):
        Tokenizer.load(tmp_path)
    (tmp_path / "tokenizer.json").write_text('{"version": "1.0", ')
    with pytest.raises(ValueError, match="damaged"):
        Tokenizer.load(tmp_path)


def _env():
    import os
    from pathlib import Path

    here = Path(__file__).parent
    return {**os.environ, "PYTHONPATH": f"{here}{os.pathsep}{here.parents[1]}"}
