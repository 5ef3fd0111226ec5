"""Lesson 06: its measurements are what they say, and each exercise knows right answers and typical mistakes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch.nn import functional as F

import gptviz as gv
from gptviz import checks
from gptviz.checks.lesson_06 import about, explained, gate, gelu, mlp_by_loop
from gptviz.geometry import promoted
from gptviz.model import GPT
from gptviz.probes.facts import (
    PEOPLE,
    added_up,
    facts,
    gates,
    names,
    neuron_worth,
    pushes,
    ranked_neurons,
    says,
    straightened,
    truth_table,
)
from gptviz.widgets.gate import gate as explorer
from tests.unit.models import random_gpt

checks._know("06")


@pytest.fixture(scope="module")
def gpt() -> GPT:
    return gv.load()


# ---- measurements ----


def test_worth_is_what_switching_off_costs() -> None:
    gpt = random_gpt(3, 4, 32)
    traced = gv.trace(gpt, [3, 1, 4, 1, 5])
    worth = neuron_worth(traced, 9, position=2, batch=50)
    assert worth.shape == (3, gpt.config.d_mlp)
    for layer, neuron in ((0, 0), (1, 77), (2, gpt.config.d_mlp - 1)):
        off = gv.trace(gpt, traced.ids.tolist(), without=[f"L{layer}N{neuron}"])
        cost = traced.logits[2].log_softmax(-1)[9] - off.logits[2].log_softmax(-1)[9]
        assert float(worth[layer, neuron]) == pytest.approx(float(cost) / 0.6931472, abs=1e-3)
    ranked = ranked_neurons(worth)
    assert len(set(ranked)) == worth.numel()
    layer, neuron = divmod(int(worth.argmax()), gpt.config.d_mlp)
    assert ranked[0] == f"L{layer}N{neuron}"
    with pytest.raises(ValueError, match="without edits"):
        neuron_worth(traced.again(without=["L0H0"]), 9)


def test_facts_and_names_agree_with_a_trace(gpt: GPT) -> None:
    found, known, off = names(gpt), facts(gpt), facts(gpt, ["L0N3", "L1MLP"])
    for i in (0, 17):
        person = PEOPLE[i]
        traced, right = about(gpt, person.full)
        at = found.at(person.full)
        assert float(known[i]) == pytest.approx(float(traced.probs[-1, right]), abs=1e-4)
        assert float(off[i]) == pytest.approx(float(traced.again(["L0N3", "L1MLP"]).probs[-1, right]), abs=1e-4)
        assert float(found.probs[at][found.sports.index(person.sport)]) == pytest.approx(float(known[i]), abs=1e-4)
        for layer in range(gpt.config.n_layer):
            torch.testing.assert_close(found.asked[at][layer], traced.mlp_pre[layer][-1], atol=1e-3, rtol=1e-3)
            torch.testing.assert_close(found.fired[at][layer], traced.neurons[layer][-1], atol=1e-3, rtol=1e-3)


def test_a_table_of_sums_is_found_to_be_one() -> None:
    rows, columns = torch.randn(5, 1, 3), torch.randn(1, 4, 3)
    torch.testing.assert_close(added_up(rows + columns), rows + columns)
    assert explained(rows + columns) == pytest.approx(1) and explained(rows * columns) < 0.9
    cells = truth_table(rows + columns, 1, 2)
    torch.testing.assert_close(cells[1, 1], rows[1, 0] + columns[0, 2])
    torch.testing.assert_close(cells[1, 1] - cells[0, 1], cells[1, 0] - cells[0, 0])  # what no line can break


def test_pushes_leave_the_name_itself_out(gpt: GPT) -> None:
    found = names(gpt)
    before = pushes(found, "Michael Jordan")
    found.logits[found.at("Michael Jordan")] = 1e6
    for one, other in zip(before, pushes(found, "Michael Jordan"), strict=True):
        assert torch.equal(one, other)


def test_a_gate_is_found_and_only_a_gate(gpt: GPT) -> None:
    found = names(gpt)
    i, j = found.at("Michael Jordan")
    found.fired.zero_()
    found.fired[i, j, 2, 7] = 1.0  # an AND
    found.fired[i, :, 1, 5] = 1.0  # fires for the first name alone
    found.fired[:, :, 0, 3] = 1.0  # fires for all
    assert gates(found, "Michael Jordan") == ["L2N7"]


def test_a_straight_mlp_is_a_line_and_the_best_one(gpt: GPT) -> None:
    straight = straightened(gpt, [1], texts=20)
    x, y = torch.randn(2, 1, 5, gpt.config.d_model)
    mlp = straight.blocks[1].mlp
    torch.testing.assert_close(mlp(x) + mlp(y), mlp(x + y) + mlp(0 * x), atol=1e-3, rtol=1e-3)
    ids = gv.trace(gpt, "The king saw a blue creature in the forest.").ids
    assert not torch.equal(straight(ids[None]), gpt(ids[None]))
    same = gv.trace(gpt, ids.tolist()), gv.trace(straight, ids.tolist())
    assert torch.equal(same[0].resid_mid[1], same[1].resid_mid[1])  # and nothing before it is changed


def test_the_loop_is_the_mlp() -> None:
    gpt = random_gpt()
    traced = gv.trace(gpt, [3, 1, 4])
    with torch.no_grad():
        torch.testing.assert_close(mlp_by_loop(gpt.blocks[1].mlp, traced.mlp_in[1][2]), traced.mlp_out[1][2])


def test_says_reads_the_column(gpt: GPT) -> None:
    words = says(gpt, "L3N5", 4)
    best = gv.trace(gpt, "A").gpt  # the same GPT
    ids = promoted(best, 3, 5).argsort(descending=True)[:4]
    assert words == gpt.tokenizer.tokens(ids.tolist())


# ---- the explorer of the gate, without a browser ----


def test_the_gate_says_what_it_gives() -> None:
    assert "1 and 1 give 1.000" in explorer().words() and "1 and 1 give 0.841" in explorer(-1, "GELU").words()
    assert gate(-1.0, gelu)[3] == pytest.approx(float(F.gelu(torch.tensor(1.0), approximate="tanh")))
    for wrong in ({"bias": 1.5}, {"bias": float("nan")}, {"bend": "tanh"}):
        with pytest.raises(ValueError, match="must be"):
            explorer(**wrong)  # type: ignore[arg-type]


def test_the_gate_is_one_page_and_one_still(tmp_path) -> None:
    widget = explorer(-0.5, "GELU")
    for kind in ("html", "png", "svg"):
        widget.save(tmp_path / f"gate.{kind}")
        assert (tmp_path / f"gate.{kind}").stat().st_size > 5000
    assert len(widget.still()) <= 60_000


# ---- exercises ----


def my_mlp(x: torch.Tensor, mlp) -> torch.Tensor:
    fires = F.gelu(x @ mlp.up.weight.T + mlp.up.bias, approximate="tanh")
    return fires @ mlp.down.weight.T + mlp.down.bias


def best_for(gpt: GPT, full: str) -> str:
    return ranked_neurons(neuron_worth(*about(gpt, full)))[0]


def sizes(gpt: GPT) -> tuple[int, int]:
    return gpt.config.d_model, gpt.config.d_mlp


def test_right_answers(gpt: GPT) -> None:
    C, N = sizes(gpt)
    answers = {
        "06.1": -2,
        "06.2": sum(p.numel() for p in gpt.blocks[0].mlp.parameters()),
        "06.3": my_mlp,
        "06.4": (0, -1, 1, -2),
        "06.5": best_for(gpt, "Serena Williams"),
    }
    assert answers["06.2"] == 2 * C * N + C + N
    assert set(answers) == {id for id in checks.EXERCISES if id.startswith("06")}
    for id, answer in answers.items():
        assert checks.exercise(id, answer).passed, checks.exercise(id, answer)
    assert checks.exercise("06.4", (-1, 0, -2, 1)).passed


def with_bend(bend: Callable[[torch.Tensor], torch.Tensor]) -> Callable:
    return lambda x, mlp: mlp.down(bend(mlp.up(x)))


def test_wrong_answers_get_a_hint_of_their_own(gpt: GPT) -> None:
    C, N = sizes(gpt)
    serena = ranked_neurons(neuron_worth(*about(gpt, "Serena Williams")))
    wrong = [
        ("06.1", -1, "two of the three"),
        ("06.1", -3, "too far down"),
        ("06.1", -2.5, "should give 1"),
        ("06.2", C * N, "one of the two"),
        ("06.2", 2 * C * N, "a bias each"),
        ("06.2", 2 * C * N + N, "bias of down"),
        ("06.2", 2 * C * N + C, "bias of up"),
        ("06.2", 2 * C * N + 2 * N, "as long as"),
        ("06.2", gpt.config.n_layer * (2 * C * N + C + N), "all layers"),
        ("06.2", 7, "gpt.config"),
        ("06.3", 0.5, "function itself"),
        ("06.3", lambda x, mlp: None, "returns nothing"),
        ("06.3", lambda x, mlp: mlp.up(x), "must be"),
        ("06.3", with_bend(lambda x: x), "bend between"),
        ("06.3", with_bend(torch.relu), "that is with ReLU"),
        ("06.3", with_bend(F.gelu), "tanh form"),
        ("06.3", lambda x, mlp: gelu(mlp.up(x)) @ mlp.down.weight.T, "bias of down"),
        ("06.3", lambda x, mlp: mlp.down(gelu(x @ mlp.up.weight.T)), "bias of up"),
        ("06.3", lambda x, mlp: gelu(x @ mlp.up.weight.T) @ mlp.down.weight.T, "both biases"),
        ("06.3", lambda x, mlp: 2 * mlp(x), "differs by up to"),
        ("06.4", (0, -1), "four numbers"),
        ("06.4", (-1, 0, 1, 0), "AND again"),
        ("06.4", (0, -1, 1, -1), "Which neuron"),
        ("06.4", (0, 0, 0, 0), "wanted is"),
        ("06.5", best_for(gpt, "Michael Jordan"), "Michael Jordan"),
        ("06.5", serena[-1], "other way round"),
        ("06.5", serena[len(serena) // 2], "takes more"),
        ("06.5", "427", "expected a head"),
    ]
    for id, answer, hint in wrong:
        result = checks.exercise(id, answer)
        assert not result.passed and hint in result.number, f"{result}, expected a hint with {hint!r}"


@pytest.mark.parametrize("answer", ["a word", 1e9, [], (1, "a", 2, 3), object(), len, float("nan"), float("inf")])
@pytest.mark.parametrize("id", ["06.1", "06.2", "06.3", "06.4", "06.5"])
def test_nonsense_is_wrong_and_never_raises(id: str, answer: object) -> None:
    result = checks.exercise(id, answer)
    assert not result.passed and result.number


@pytest.mark.parametrize("id", ["06.11", "06.13", "06.16", "06.19"])
def test_what_is_said_of_the_trained_gpt_fails_on_the_newborn(id: str) -> None:
    sentence, measure = checks.CLAIMS[id]
    assert not checks._measure(id, sentence, measure, gv.load("tiny@step=0")).passed
