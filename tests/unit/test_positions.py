"""Position vectors: the formula is the paper's, what is sent is the model's, wrong choices are clear errors."""

import json
import math
import subprocess
import sys

import pytest
import torch
from models import random_gpt
from torch.testing import assert_close

from gptviz import figures
from gptviz.geometry import position_cosines, sinusoids, telling_dimension
from gptviz.widgets.explorer import HERE
from gptviz.widgets.positions import positions
from tools import node

room = sys.modules["gptviz.widgets.positions"]


@pytest.fixture(scope="module")
def gpt():
    return random_gpt(n_ctx=40)


def test_the_formula_is_that_of_the_paper():
    table = sinusoids(50, 12)
    for position in (0, 1, 7, 49):
        for i in range(6):
            angle = position / 10_000 ** (2 * i / 12)
            assert float(table[position, 2 * i]) == pytest.approx(math.sin(angle), abs=1e-6)
            assert float(table[position, 2 * i + 1]) == pytest.approx(math.cos(angle), abs=1e-6)
    assert table[0].tolist() == [0, 1] * 6


def test_a_shift_turns_every_pair_alike():
    """Why the formula was chosen: the cosine of two positions depends on their distance alone."""
    like = position_cosines(sinusoids(30, 16))
    for apart in (1, 5, 20):
        diagonal = like.diagonal(apart)
        assert_close(diagonal, diagonal[:1].expand_as(diagonal), atol=1e-5, rtol=0)


def test_cosines(gpt):
    like = position_cosines(gpt.pos.weight)
    rows = gpt.pos.weight.detach()
    assert_close(like[3, 8], torch.cosine_similarity(rows[3], rows[8], dim=0))
    assert_close(like.diagonal(), torch.ones(40))


def test_javascript_has_the_same_formula_and_cosines():
    script = """import { cosines, sinusoids } from "./explorers/positions/vectors.js";
        const values = sinusoids(40, 32), like = cosines(values, 40, 32);
        console.log(JSON.stringify([[...values], [...Array(40).keys()].map((i) => like(7, i))]));"""
    run = [node.get() / "node", "--input-type=module", "-e", script]
    values, like = json.loads(subprocess.run(run, cwd=HERE / "js", capture_output=True, text=True, check=True).stdout)
    table = sinusoids(40, 32)
    assert_close(torch.tensor(values).view(40, 32), table, atol=1e-6, rtol=0)
    assert_close(torch.tensor(like), position_cosines(table)[7], atol=1e-5, rtol=0)


def test_the_learned_vectors_are_sent_as_they_are(gpt):
    widget = positions(gpt)
    sent = torch.frombuffer(bytearray(widget.learned), dtype=torch.float32).view(widget.n, widget.width)
    assert_close(sent, gpt.pos.weight.detach(), atol=0, rtol=0)
    assert (widget.dimension, widget.position) == (telling_dimension(gpt), 20)


def test_of_a_large_model_the_first_positions(gpt, monkeypatch):
    monkeypatch.setattr(room, "SENT", 10 * 32)
    widget = positions(gpt)
    assert (widget.n, widget.n_ctx, len(widget.learned)) == (10, 40, 4 * 10 * 32)
    assert "40 positions" in widget.words()


@pytest.mark.parametrize(("name", "value"), [("dimension", 32), ("dimension", -33), ("position", 40)])
def test_a_wrong_choice_is_one_clear_error(gpt, name, value):
    with pytest.raises(ValueError, match=f"{name} must be .*, got {value}"):
        positions(gpt, **{name: value})
    with pytest.raises(ValueError, match=f"{name} must be .*, got {value}"):
        setattr(positions(gpt), name, value)
    with pytest.raises(ValueError, match=f"{name} must be .*, got {value}"):
        figures.positions(gpt, **{name: value})


def test_words_and_stills(gpt, tmp_path):
    widget = positions(gpt, 3, 5)
    assert f"{gpt.pos.weight[5, 3].item():.2f}" in widget.words()
    assert len(widget.still()) <= 60_000
    widget.save(tmp_path / "x.html")
    assert "<canvas" not in (tmp_path / "x.html").read_text(encoding="utf-8")
