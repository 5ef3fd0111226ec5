"""The residual explorer without a browser: what is sent is what torch computes."""

import json
import subprocess

import pytest
import torch
from models import random_gpt
from torch.testing import assert_close

import gptviz as gv
from gptviz.geometry import attribution, contributions, lens, word_id
from gptviz.widgets import residual as residual_module
from gptviz.widgets.explorer import HERE
from gptviz.widgets.residual import BEST, residual
from tools import node

TEXT = "The king saw a blue bird"


@pytest.fixture(scope="module")
def gpt():
    return random_gpt()


@pytest.fixture(scope="module")
def trace(gpt):
    return gv.trace(gpt, TEXT)


@pytest.fixture
def widget(trace):
    return residual(trace)


def ask(widget, **question):
    told = []
    widget.send = told.append
    widget._handle_custom_msg({**question, "number": 7}, [])
    assert told == [{"answered": 7}]


def read(data, *shape):
    return torch.frombuffer(bytearray(data), dtype=torch.float32).view(*shape)


def check(widget, columns):
    """Everything sent for these columns is what torch computes."""
    trace, S, known = widget.trace, widget.stages, widget.words_known
    logits = lens(trace, columns)
    best = read(widget.best, S, len(columns), BEST, 2)
    assert_close(best[..., 1], logits.softmax(-1).sort(descending=True).values[..., :BEST])
    assert (best[..., 0, 0].long() == logits.argmax(-1)).all()
    ways = read(widget.ways, len(known), S, len(columns), 3)
    shares = read(widget.shares, len(known), len(widget.parts), len(columns))
    for i, token in enumerate(known):
        chosen = logits[..., token]
        assert_close(ways[i, ..., 0], ((logits > chosen[..., None]).sum(-1) + 1).float())
        assert_close(ways[i, ..., 1], logits.softmax(-1)[..., token])
        assert_close(ways[i, ..., 2], chosen)
        assert_close(shares[i].sum(0), trace.logits[columns, token], atol=1e-3, rtol=1e-4)
    assert_close(shares, attribution(trace, known, columns)[1])
    ids = {int(i) for i in best[..., 0].flatten()} | set(known)
    assert {int(i) for i in widget.names} >= ids


def test_what_is_sent_is_what_torch_computes(widget, trace):
    check(widget, list(range(len(trace))))
    assert widget.first == 0 and widget.stages == trace.gpt.config.n_layer + 1
    likeliest = trace.logits.argmax(-1).tolist()
    assert set(likeliest) <= set(widget.words_known), "so that every position can be shown at once"


def test_of_a_large_model_only_some_columns_are_sent(gpt, monkeypatch):
    monkeypatch.setattr(residual_module, "SENT_AHEAD", 1000)
    long = gv.trace(gpt, (TEXT + ". ") * 2)
    widget = residual(long)
    columns = list(range(len(long) - 12, len(long)))
    assert widget.first == columns[0]
    check(widget, columns)
    ask(widget, position=1)
    assert widget.error == "" and widget.first == 0
    check(widget, list(range(12)))
    assert widget.words()


def test_a_word_is_followed_as_typed_or_as_an_id(widget, gpt):
    ask(widget, word=" queen ")
    queen = word_id(gpt, "queen")
    assert (widget.word, widget.error) == (queen, "") and queen in widget.words_known
    other = next(i for i in range(300) if i not in widget.words_known)
    ask(widget, token=other)
    assert widget.words_known[0] == other and str(other) in widget.names
    check(widget, list(range(len(widget.tokens))))


def test_of_many_words_the_last_ones_are_known(widget, monkeypatch):
    monkeypatch.setattr(residual_module, "MOST_WORDS", 20)
    for token in range(100, 125):
        ask(widget, token=token)
    assert widget.words_known[:3] == [124, 123, 122] and len(widget.words_known) == 20
    check(widget, list(range(len(widget.tokens))))


def test_what_is_no_word_is_said_in_the_widget(widget):
    before = widget.words_known
    ask(widget, word="xqzzw")
    assert "must be one token" in widget.error and widget.words_known == before
    ask(widget, token=10**6)
    assert "token_id must be" in widget.error
    ask(widget, position=99)
    assert "position must be" in widget.error


def test_another_text_keeps_the_word_that_is_followed(widget, gpt):
    ask(widget, word="queen")
    ask(widget, text="The queen saw a red hat")
    assert widget.run == 1 and widget.position == len(widget.tokens) - 1
    assert word_id(gpt, "queen") in widget.words_known
    check(widget, list(range(len(widget.tokens))))


def test_edits_are_in_what_is_sent(gpt):
    cut = gv.trace(gpt, TEXT, without=["L0H1", "L1MLP"])
    widget = residual(cut)
    check(widget, list(range(len(cut))))
    assert contributions(cut, 5)["L1MLP"] == 0
    ask(widget, text="The queen")
    assert "knock-outs" in widget.error


def test_words_and_picture(trace, gpt):
    widget = residual(trace, word="queen", position=2)
    queen = word_id(gpt, "queen")
    words = widget.words()
    assert "“␣queen”" in words and f"{float(trace.logits[2, queen]):.2f}".replace("-", "−") in words
    rank = int((lens(trace)[0, 2] > lens(trace)[0, 2, queen]).sum()) + 1
    assert f"rank {rank:,} of 330" in words
    assert len(widget.still()) <= 60_000
    assert residual(trace, word=queen).word == queen


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"position": 99}, "position must be"),
        ({"word": "xqzzw"}, "must be one token"),
        ({"word": -999}, "word must be"),
    ],
)
def test_a_wrong_setting_is_one_clear_error(trace, given, message):
    with pytest.raises(ValueError, match=message):
        residual(trace, **given)


def test_a_gpt_without_a_tokenizer_shows_ids():
    widget = residual(gv.trace(random_gpt(tokenizer=False), [3, 1, 4]))
    assert widget.names[str(widget.words_known[0])].startswith("⟨id")
    ask(widget, word="king")
    assert "no tokenizer" in widget.error


def test_parts_are_summed_in_javascript_as_they_should_be(trace):
    names, shares = attribution(trace, [3], [-1])
    parts = [{"part": n, "share": s} for n, s in zip(names, shares[0, :, 0].tolist(), strict=True)]
    script = """
    import { largest, stack } from "./core/sum.js";
    const { parts, most, order } = JSON.parse(process.argv[2]);
    const list = largest(parts, most, order, (n) => `${n} others`);
    console.log(JSON.stringify({ list, stacked: stack(list) }));
    """
    for most, order in ((99, "machine"), (99, "largest"), (5, "machine"), (5, "largest")):
        given = json.dumps({"parts": parts, "most": most, "order": order})
        run = subprocess.run(
            [node.get() / "node", "--input-type=module", "-", given],
            input=script, capture_output=True, text=True, check=True, cwd=HERE / "js",
        )  # fmt: skip
        answer = json.loads(run.stdout)
        found = answer["list"]
        assert len(found) == min(most, len(parts))
        assert answer["stacked"]["total"] == pytest.approx(sum(p["share"] for p in parts))
        bases = [row["base"] for row in answer["stacked"]["rows"]]
        assert bases[0] == 0 and bases[1] == found[0]["share"]
        sizes = [abs(p["share"]) for p in (found if most > 10 else found[:-1])]
        if order == "largest":
            assert sizes == sorted(sizes, reverse=True)
        if most == 5:
            assert found[-1]["part"] == f"{len(parts) - 4} others"
            assert set(sizes) == set(sorted((abs(p["share"]) for p in parts), reverse=True)[:4])
