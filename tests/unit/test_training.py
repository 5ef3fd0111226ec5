"""Training: what the rows hold, that an interrupted run is the unbroken one, two processes as one, clear errors."""

import hashlib
import json
import math
import random
import signal
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest
import torch
from torch.nn import functional as F

from gptviz import checkpoint
from gptviz.tokenizer import train as train_tokenizer
from gptviz.training import card as cards
from gptviz.training import corpus, loop
from gptviz.training.__main__ import main
from gptviz.training.loop import Settings

SMALL = ["--layers", "2", "--heads", "2", "--width", "16", "--context", "16", "--batch", "4"]


def sentences(n: int, seed: int = 0) -> str:
    rng = random.Random(seed)
    pick = lambda words: rng.choice(words.split())  # noqa: E731
    return "".join(f"{pick('Anna Ben Emma')} {pick('saw found lost')} the {pick('hat dog crown')}.\n" for _ in range(n))


@pytest.fixture(autouse=True)
def one_thread(monkeypatch):
    """Tiny matrices gain nothing from a second thread, and on a busy machine they wait for it."""
    monkeypatch.setattr(loop, "THREADS", 1)


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text(sentences(300), encoding="utf-8")
    return path


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return checkpoint.load(folder).state_dict()


def same(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_rows_of_documents_start_at_a_document_and_are_cut_nowhere_else():
    texts = sentences(200).splitlines()
    tokenizer = train_tokenizer(texts, 300)
    length, rows = 17, 20
    stream, taken = corpus.pack(texts, tokenizer, length, rows)
    assert len(stream) == rows * length
    waiting = [tokenizer.encode(text) for text in texts[:taken]]
    for row in stream.view(rows, length).tolist():
        expected: list[int] = []
        while len(expected) < length:  # whole documents, each ended, until the row is full
            expected += [*waiting.pop(0), tokenizer.end]
        assert row == expected[:length]
    assert not waiting


def test_too_few_documents_are_an_error():
    tokenizer = train_tokenizer(["one", "two"], 300)
    with pytest.raises(ValueError, match="expected documents for 3 rows"):
        corpus.pack(["one", "two"], tokenizer, 17, 3)


@pytest.mark.parametrize("tokens", [17, 18, 40, 333])
def test_an_epoch_of_running_text_predicts_no_token_twice(tokens: int):
    stream = torch.arange(tokens, dtype=torch.int32)
    rows = corpus.Rows(stream, 17, seed=0, shifted=True)
    for epoch in range(5):
        read = rows.batch(epoch * len(rows), len(rows))
        assert torch.equal(read - read[:, :1], torch.arange(17).expand_as(read))  # each row a piece of the stream
        targets = read[:, 1:].flatten()
        assert len(targets.unique()) == len(targets)


def test_running_text_is_cut_elsewhere_in_every_epoch():
    rows = corpus.Rows(torch.arange(333, dtype=torch.int32), 17, seed=0, shifted=True)
    shifts = {int(rows.batch(epoch * len(rows), len(rows)).min()) for epoch in range(10)}
    assert len(shifts) > 1 and shifts <= set(range(16))


def test_rows_follow_from_their_number_alone():
    make = lambda: corpus.Rows(torch.arange(333, dtype=torch.int32), 17, seed=5, shifted=True)  # noqa: E731
    rows = make()
    at_once = rows.batch(0, 50)  # some epochs
    assert torch.equal(at_once, torch.cat([make().batch(i, 10) for i in range(0, 50, 10)]))
    assert not torch.equal(at_once[: len(rows)], at_once[len(rows) : 2 * len(rows)])


def test_the_world_is_read_without_repeats_and_validated_on_other_documents(monkeypatch):
    monkeypatch.setattr(corpus, "TOKENIZER_DOCUMENTS", 200)
    monkeypatch.setattr(corpus, "VALIDATION_ROWS", 20)
    first, again = (corpus.from_world(seed=3, vocab_size=400, n_ctx=32, rows=40) for _ in range(2))
    assert torch.equal(first.train.stream, again.train.stream) and first.facts == again.facts
    order = first.train.starts(0)
    assert len(order) == len(order.unique()) == 40
    rows, held_out = first.train.stream.view(-1, 33), first.validation.stream.view(-1, 33)
    opening = lambda row: tuple(row.tolist())  # noqa: E731
    assert not {opening(row) for row in rows} & {opening(row) for row in held_out}
    texts = list(islice(corpus.world_texts(3), first.facts["documents"]))
    decoded = first.tokenizer.decode(rows[0])
    assert texts[0].startswith(decoded) or decoded.startswith(texts[0] + "<|endoftext|>")


def test_two_threads_are_used_whatever_the_machine_has(monkeypatch):
    monkeypatch.undo()  # the fixture above
    torch.set_num_threads(1)
    loop.Team()
    assert torch.get_num_threads() == 2


# ── settings ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_learning_rate_rises_to_its_highest_and_falls_to_almost_nothing():
    settings = Settings(steps=500)
    rates = [settings.rate_at(step) for step in range(500)]
    top = rates.index(max(rates))
    assert rates[top] == 1 and 0 < rates[-1] < 0.01 and 0 < rates[0] < 0.1
    assert rates[: top + 1] == sorted(rates[: top + 1]) and rates[top:] == sorted(rates[top:], reverse=True)


def test_snapshots_are_about_ten_and_log_spaced():
    steps = sorted(Settings(steps=2_500).snapshots())
    assert steps[0] == 0 and steps[-1] == 2_500 and 200 in steps and 8 <= len(steps) <= 12
    assert all(b == 2 * a for a, b in zip(steps[1:-2], steps[2:-1], strict=True))


def test_the_loss_in_pieces_is_the_loss_at_once(text: Path):
    settings = Settings(text=str(text), width=16, heads=2, layers=2, context=16)
    material = loop.corpus_for(settings)
    gpt, rows = loop.new_gpt(settings, material), material.train.batch(0, 50)  # 800 positions: two pieces
    at_once = F.cross_entropy(gpt(rows[:, :-1]).flatten(0, 1), rows[:, 1:].flatten())
    in_pieces = loop.Loss(gpt)(rows)
    torch.testing.assert_close(in_pieces, at_once)
    weights = list(gpt.parameters())
    for a, b in zip(torch.autograd.grad(in_pieces, weights), torch.autograd.grad(at_once, weights), strict=True):
        torch.testing.assert_close(a, b, atol=1e-6, rtol=1e-4)


def test_only_matrices_of_blocks_decay_and_every_weight_is_trained_once(text: Path):
    settings = Settings(text=str(text), width=16, heads=2, layers=2, context=16)
    gpt = loop.new_gpt(settings, loop.corpus_for(settings))
    groups = [group for optimizer in loop.optimizers(gpt, 1e-3) for group in optimizer.param_groups]
    assert sorted(id(p) for g in groups for p in g["params"]) == sorted(id(p) for p in gpt.parameters())
    matrices = {id(p) for p in gpt.blocks.parameters() if p.ndim == 2}
    assert {id(p) in matrices: g["weight_decay"] > 0 for g in groups for p in g["params"]} == {True: True, False: False}


def test_muon_walks_as_torchs_own_to_the_precision_of_bfloat16():
    rng = torch.Generator().manual_seed(0)
    starts = [torch.randn(shape, generator=rng) for shape in [(12, 12), (8, 24), (12, 12), (24, 8)]]
    ours, theirs = ([torch.nn.Parameter(start.clone()) for start in starts] for _ in range(2))
    walkers = loop.Muon(ours, lr=0.1, weight_decay=0.1), torch.optim.Muon(theirs, lr=0.1, weight_decay=0.1)
    for _ in range(5):
        for one, other in zip(ours, theirs, strict=True):
            one.grad = other.grad = torch.randn(one.shape, generator=rng)
        for walker in walkers:
            walker.step()
    for start, one, other in zip(starts, ours, theirs, strict=True):
        assert (one - start).norm() > 1
        assert (one - other).norm() < 0.02 * (one - start).norm()


@pytest.mark.parametrize("shape", [(16, 48), (48, 16), (3, 16, 48)])
def test_an_orthogonal_update_is_as_large_in_every_direction(shape: tuple[int, ...]):
    update = loop.orthogonal(torch.randn(shape, generator=torch.Generator().manual_seed(2)))
    assert update.shape == shape
    assert all(0.6 < size < 1.3 for size in torch.linalg.svdvals(update).flatten())


@pytest.mark.parametrize(
    "wrong, said",
    [
        (["--steps", "0"], "--steps must be at least 1, got 0"),
        (["--batch", "-1"], "--batch must be at least 1, got -1"),
        (["--lr", "nan"], "--lr must be above 0, got nan"),
        (["--vocab", "100"], "--vocab must be at least 257"),
        (["--heads", "3"], "--width must be a multiple of --heads, got 16 and 3"),
        (["--seed", "-1"], "--seed must be 0 to"),
        (["--resume"], "leave out --layers, --heads, --width, --context, --batch"),
    ],
)
def test_a_wrong_setting_is_one_clear_error(wrong: list[str], said: str, tmp_path: Path, capsys):
    assert main(["--out", str(tmp_path), *SMALL, *wrong]) == 2
    assert said in capsys.readouterr().err


# ── a text of one's own ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_novel_in_chinese_trains_and_loads(tmp_path: Path):
    rng = random.Random(0)
    novel = "".join(
        f"{rng.choice('王李张')}{rng.choice(['先生', '小姐'])}在{rng.choice('山河城')}里看见{rng.choice('猫狗鸟')}。"
        for _ in range(400)
    )
    (tmp_path / "novel.txt").write_text(novel, encoding="utf-8")
    out = tmp_path / "model"
    assert main(["--text", str(tmp_path / "novel.txt"), "--out", str(out), "--steps", "30", *SMALL]) == 0
    gpt = checkpoint.load(out)
    assert gpt.tokenizer.decode(gpt.tokenizer.encode(novel)) == novel
    ids = torch.tensor([gpt.tokenizer.encode("王先生在山里")])
    assert gpt(ids).shape == (1, ids.shape[1], gpt.config.vocab_size)

    card = cards.read(out)
    assert card["losses"][-1]["validation"] < card["losses"][0]["validation"]  # it has learned
    assert str(tmp_path) not in json.dumps(card)
    for name, expected in card["hashes"].items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == expected
    assert card["threads"] == loop.THREADS and card["torch"] == torch.__version__

    seen = corpus.from_text(tmp_path / "novel.txt", 0, None, 16).train.batch(0, 30 * 4)[:, :-1].flatten().tolist()
    assert gpt.token_counts.tolist() == [seen.count(i) for i in range(gpt.config.vocab_size)]
    assert sum(seen.count(i) for i in set(seen)) == card["tokens_seen"]


def test_snapshots_go_from_the_first_weights_to_the_last(text: Path, tmp_path: Path):
    out = tmp_path / "model"
    main(["--text", str(text), "--out", str(out), "--steps", "60", *SMALL])
    assert checkpoint.snapshots(out) == [0, 25, 50, 60]
    settings = Settings(**(cards.read(out)["settings"] | {"text": str(text)}))
    first = loop.new_gpt(settings, loop.corpus_for(settings)).state_dict()
    assert same(checkpoint.load(f"{out}@step=0").state_dict(), {name: w.half().float() for name, w in first.items()})
    last = {name: w.half().float() for name, w in weights(out).items()}
    assert same(checkpoint.load(f"{out}@step=60").state_dict(), last)
    assert not (out / "unfinished").exists()


def test_overfitting_is_seen_in_the_card(tmp_path: Path):
    rng = random.Random(0)
    (tmp_path / "noise.txt").write_text("".join(rng.choices("abcdefgh ", k=600)), encoding="utf-8")
    settings = ["--steps", "300", "--lr", "0.01", "--layers", "2", "--heads", "2", "--width", "32", "--context", "16"]
    main(["--text", str(tmp_path / "noise.txt"), "--out", str(tmp_path / "model"), *settings, "--batch", "8"])
    card = cards.read(tmp_path / "model")
    assert card["epochs"] > 10 and card["validation_loss"] > card["train_loss"] + 1


@pytest.mark.parametrize(
    "content, said",
    [
        (b"", "must hold a text to train on, got an empty file"),
        (b" \n\n", "must hold a text to train on, got an empty file"),
        (b"good, then \xff", "must be UTF-8 text, got byte 0xff at 11"),
        (b"too short", "train on a longer text"),
        (None, "cannot read the text"),
    ],
)
def test_a_text_that_cannot_be_trained_on_is_one_clear_error(content: bytes | None, said: str, tmp_path: Path, capsys):
    path = tmp_path / "text.txt"
    if content is not None:
        path.write_bytes(content)
    assert main(["--text", str(path), "--out", str(tmp_path / "model"), "--steps", "1", *SMALL]) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1


def test_a_short_text_gets_a_shorter_context(tmp_path: Path):
    path = tmp_path / "text.txt"
    path.write_text("".join(random.Random(0).choices("abcdefghijklmnop", k=300)), encoding="utf-8")
    made = corpus.from_text(path, 0, 257, 128)
    assert made.n_ctx == 29  # 30 held-out letters, each a token
    assert len(made.validation) == 1


def test_windows_line_ends_and_a_byte_order_mark_are_no_part_of_the_text(tmp_path: Path):
    (tmp_path / "text.txt").write_bytes(b"\xef\xbb\xbfone\r\ntwo\n")
    assert corpus.read(tmp_path / "text.txt") == "one\ntwo\n"


def test_a_text_needs_a_folder_of_its_own(text: Path, capsys):
    assert main(["--text", str(text)]) == 2
    assert "--text needs --out" in capsys.readouterr().err


# ── interrupted and resumed ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_goes_on_to_the_very_weights_of_an_unbroken_one(number, text, tmp_path, monkeypatch, capsys):
    run = lambda out, *more: main(["--out", str(tmp_path / out), *more])  # noqa: E731
    settings = ["--text", str(text), "--steps", "40", *SMALL]
    assert run("unbroken", *settings) == 0

    before = signal.getsignal(signal.SIGINT)
    for steps_before in (13, 8):  # interrupted twice
        calls = iter(range(1, 1000))

        def descend(*args, go_on=loop.descend, calls=calls, at=steps_before):
            if next(calls) == at:
                signal.raise_signal(number)
            return go_on(*args)

        with monkeypatch.context() as patch:
            patch.setattr(loop, "descend", descend)
            assert run("broken", *(settings if steps_before == 13 else ["--resume"])) == 130
    assert "saved after step 21" in capsys.readouterr().out
    assert signal.getsignal(signal.SIGINT) is before

    assert run("broken", *settings) == 2  # it would overwrite the unfinished run
    assert "--resume" in capsys.readouterr().err
    assert run("broken", "--resume") == 0
    assert same(weights(tmp_path / "unbroken"), weights(tmp_path / "broken"))
    one, two = cards.read(tmp_path / "unbroken"), cards.read(tmp_path / "broken")
    assert one["losses"] == two["losses"] and one["hashes"] == two["hashes"]


def test_forgetting_the_averages_would_be_noticed(text, tmp_path, monkeypatch):
    """The guard above can fail: with an optimizer that starts afresh, the weights differ."""
    settings = Settings(text=str(text), steps=20, batch=4, layers=2, heads=2, width=16, context=16)
    team, material = loop.Team(), loop.corpus_for(settings)
    unbroken, _ = loop.train(settings, material, tmp_path / "unbroken", team)
    loop.train(settings, material, tmp_path / "broken", team, stop_at=7)
    right, _ = loop.train(settings, material, tmp_path / "broken", team, resume=True, stop_at=20)
    assert same(unbroken.state_dict(), right.state_dict())
    loop.train(settings, material, tmp_path / "broken", team, stop_at=7)
    monkeypatch.setattr(torch.optim.AdamW, "load_state_dict", lambda self, state: None)
    wrong, _ = loop.train(settings, material, tmp_path / "broken", team, resume=True)
    assert not same(unbroken.state_dict(), wrong.state_dict())


def test_what_cannot_be_resumed_is_one_clear_error(text: Path, tmp_path: Path, capsys):
    assert main(["--out", str(tmp_path / "nothing"), "--resume"]) == 2
    assert "there is no unfinished run to resume" in capsys.readouterr().err

    settings = Settings(text=str(text), steps=20, batch=4, layers=2, heads=2, width=16, context=16)
    out = tmp_path / "model"
    loop.train(settings, loop.corpus_for(settings), out / "unfinished", loop.Team(), stop_at=3)
    text.write_text(sentences(300, seed=1), encoding="utf-8")
    assert main(["--out", str(out), "--resume"]) == 2
    assert "the text has changed" in capsys.readouterr().err

    state = loop.state_file(out / "unfinished")
    state.write_bytes(state.read_bytes()[:1000])
    assert main(["--out", str(out), "--resume"]) == 2
    assert "is damaged" in capsys.readouterr().err


def test_a_loss_that_explodes_is_said(text: Path, tmp_path: Path, monkeypatch, capsys):
    monkeypatch.setattr(loop, "descend", lambda *_: math.inf)
    assert main(["--text", str(text), "--out", str(tmp_path / "model"), "--steps", "5", *SMALL]) == 2
    assert "choose an --lr lower than" in capsys.readouterr().err


# ── two processes ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_two_processes_learn_what_one_learns(text: Path, tmp_path: Path):
    """`torchrun`, the same rows per step shared by two: the same losses, and one folder written once."""
    arguments = ["--text", str(text), "--steps", "8", "--lr", "0.002", *SMALL]
    assert main([*arguments, "--out", str(tmp_path / "one")]) == 0
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    command = [*torchrun, "-m", "gptviz.training", *arguments, "--out", str(tmp_path / "two")]
    root = Path(loop.__file__).parents[2]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    one, two = cards.read(tmp_path / "one"), cards.read(tmp_path / "two")
    assert (one["processes"], two["processes"]) == (1, 2)
    assert len(one["losses"]) == len(two["losses"]) > 5
    assert one["losses"][-1]["train"] < one["losses"][0]["train"] - 0.1  # far enough to differ
    for a, b in zip(one["losses"], two["losses"], strict=True):
        assert a["step"] == b["step"]
        assert a["train"] == pytest.approx(b["train"], abs=1e-4)
        assert a["validation"] == pytest.approx(b["validation"], abs=1e-4)
    assert done.stdout.count("saved in") == 1


# ── the model card ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_claims_of_another_seed_join_the_card_only_if_trained_alike():
    def card(seed: int, steps: int = 100) -> dict:
        return {"settings": {"seed": seed, "steps": steps}, "seeds": {str(seed): {"passed": True}}}

    joined = cards.add_seed(cards.add_seed(card(0), card(2)), card(1))
    assert list(joined["seeds"]) == ["0", "1", "2"] and joined["settings"]["seed"] == 0
    with pytest.raises(ValueError, match="--steps 50 instead of 100"):
        cards.add_seed(card(0), card(1, steps=50))


def test_claims_are_measured_into_the_card(monkeypatch):
    from gptviz.probes import claims

    measured = [claims.Claim("a", "high enough", 0.9, 0.8), claims.Claim("b", "too high", 0.9, 0.8, at_most=True)]
    monkeypatch.setattr(claims, "claims", lambda gpt: measured)
    card = cards.measure({"settings": {"seed": 4}, "steps": 10, "validation_loss": 2.0}, None)
    assert [(claim["id"], claim["passed"]) for claim in card["claims"]] == [("a", True), ("b", False)]
    assert card["seeds"]["4"]["claims"] == {"a": 0.9, "b": 0.9} and card["seeds"]["4"]["missed"] == ["b"]
    assert not card["seeds"]["4"]["passed"]
