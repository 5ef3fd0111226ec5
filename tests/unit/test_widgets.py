"""Explorers without a browser: what is sent, said and saved, and that JavaScript computes what torch does."""

import json
import re
import subprocess
import sys
from types import SimpleNamespace

import pytest
import torch
from models import random_gpt
from torch.testing import assert_close

import gptviz
from gptviz.sampling import distribution
from gptviz.tracing import trace
from gptviz.widgets import explorer
from gptviz.widgets.explorer import HERE, catalog, visible
from gptviz.widgets.next_token import next_token
from tools import node

NextTokenModule = sys.modules["gptviz.widgets.next_token"]
SOURCES = [path for path in (HERE / "js").rglob("*.js") if "node_modules" not in path.parts]
TEXT = "The old king saw\na blue bird"


@pytest.fixture(scope="module")
def gpt():
    gpt = random_gpt()
    gpt.token_counts = torch.full((gpt.config.vocab_size,), 1000, dtype=torch.int32)
    return gpt


@pytest.fixture
def widget(gpt):
    return next_token(trace(gpt, TEXT))


def rows(widget):
    return torch.frombuffer(bytearray(widget.logits), dtype=torch.float32).view(-1, len(widget.vocabulary))


def ask(widget, **question):
    """What the browser would send; returns what it would be told."""
    told = []
    widget.send = told.append
    widget._handle_custom_msg({**question, "number": 7}, [])
    return told


# ---- numbers


def test_javascript_computes_what_torch_does():
    random = torch.Generator().manual_seed(7)
    cases = []
    for i in range(1000):
        size = int(torch.randint(2, 400, (1,), generator=random))
        logits = torch.randn(size, generator=random) * float(torch.rand(1, generator=random)) * 20
        if i % 10 == 0:
            logits = logits.round()  # equal logits
        temperature = 0.0 if i % 50 == 0 else round(10 * float(torch.rand(1, generator=random)) ** 3, 3)
        top_k = int(torch.randint(1, size + 1, (1,), generator=random)) if i % 2 else None
        top_p = round(float(torch.rand(1, generator=random)) * 0.99 + 0.005, 3) if i % 3 else None
        cases.append((logits, {"temperature": temperature, "top_k": top_k, "top_p": top_p}))
    asked = [
        {"logits": x.tolist(), "temperature": s["temperature"], "topK": s["top_k"], "topP": s["top_p"] or 1}
        for x, s in cases
    ]
    run = subprocess.run(
        [node.get() / "node", HERE / "js" / "test" / "golden.mjs"],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    answers = json.loads(run.stdout)
    assert len(answers) == 1000
    for (logits, settings), answer in zip(cases, answers, strict=True):
        drawn_from = distribution(logits.double(), **settings)
        close = {"atol": 1e-5, "rtol": 0, "check_dtype": False}
        assert_close(torch.tensor(answer["shares"]), drawn_from, **close)
        assert answer["entropy"] == pytest.approx(
            float(torch.special.entr(drawn_from).sum()) / 0.6931471805599453, abs=1e-5
        )
        if settings["temperature"]:
            assert_close(torch.tensor(answer["probs"]), (logits / settings["temperature"]).softmax(-1), **close)


def test_all_logits_are_sent_once_as_they_are(gpt, widget):
    assert_close(rows(widget), trace(gpt, TEXT).logits, atol=0, rtol=0)
    assert widget.first == 0
    assert widget.position == len(widget.tokens) - 1
    assert len(widget.vocabulary) == gpt.config.vocab_size


def test_large_logits_are_sent_one_position_at_a_time(gpt, monkeypatch):
    monkeypatch.setattr(NextTokenModule, "SENT_AHEAD", 2 * gpt.config.vocab_size)
    widget, logits = next_token(trace(gpt, TEXT), position=2), trace(gpt, TEXT).logits
    assert_close(rows(widget), logits[2:3])
    assert ask(widget, position=4) == [{"answered": 7}]
    assert widget.first == 4
    assert_close(rows(widget), logits[4:5])


def test_edits_of_the_trace_are_in_what_is_sent(gpt):
    cut = trace(gpt, TEXT, without=["L0H1"])
    assert_close(rows(next_token(cut)), cut.logits, atol=0, rtol=0)
    assert not torch.allclose(cut.logits, trace(gpt, TEXT).logits, atol=1e-3)


def test_edits_are_not_dropped_in_silence_for_another_text(gpt):
    widget = next_token(trace(gpt, TEXT, without=["L0H1"]))
    ask(widget, text="The queen")
    assert "knock-outs" in widget.error
    assert widget.tokens == trace(gpt, TEXT).tokens


# ---- lines to copy


def test_a_line_to_copy_calls_the_trace_what_the_notebook_calls_it(gpt, monkeypatch):
    story, hidden, edited = trace(gpt, TEXT), trace(gpt, TEXT), trace(gpt, TEXT, without=["L0H0"])
    shell = SimpleNamespace(user_ns={"_12": hidden, "story": story, "other": 3})
    monkeypatch.setattr(explorer, "get_ipython", lambda: shell)
    assert next_token(story).variable == "story"
    assert next_token(edited).variable == "trace"
    widget = next_token(hidden)
    for text in (TEXT, 'a "quoted" word\n'):  # at first, and after another text is typed into its box
        if text != TEXT:
            ask(widget, text=text)
        again = eval(widget.variable, {"gv": gptviz, "gpt": gpt})
        assert again.text == text and again.ids.equal(widget.trace.ids)
    from_ids = next_token(trace(gpt, [5, 3, 0, 2]))
    assert eval(from_ids.variable, {"gv": gptviz, "gpt": gpt}).ids.tolist() == [5, 3, 0, 2]


# ---- a text of the reader's own


def test_another_text(gpt, widget):
    assert ask(widget, text="The queen saw 森林") == [{"answered": 7}]
    again = trace(gpt, "The queen saw 森林")
    assert widget.tokens == again.tokens
    assert widget.position == len(again.tokens) - 1
    assert_close(rows(widget), again.logits, atol=0, rtol=0)
    assert (widget.text, widget.error, widget.run) == ("The queen saw 森林", "", 1)


@pytest.mark.parametrize("text", ["", "king " * 200, "half a character \ud83d", None])
def test_a_text_that_cannot_be_run_is_an_error_in_the_widget_and_loses_nothing(widget, text):
    before = {name: getattr(widget, name) for name in ("tokens", "logits", "position", "trace", "run")}
    assert ask(widget, text=text) == [{"answered": 7}]
    assert widget.error
    assert "Traceback" not in widget.error
    assert before == {name: getattr(widget, name) for name in before}
    ask(widget, text="The king")
    assert widget.error == ""


def test_tokens_hardly_seen_in_training_are_marked(gpt):
    ids = gpt.tokenizer.encode(TEXT)
    gpt.token_counts[ids[2]] = 3
    try:
        widget = next_token(trace(gpt, TEXT))
    finally:
        gpt.token_counts[ids[2]] = 1000
    assert widget.counted
    assert widget.rarely_seen == [i == ids[2] for i in ids]


def test_a_model_that_nobody_counted_for_says_so():
    assert not next_token(trace(random_gpt(), TEXT)).counted


def test_a_gpt_without_a_tokenizer_shows_ids():
    assert next_token(trace(random_gpt(tokenizer=False), [3, 1, 4])).tokens == ["⟨id 3⟩", "⟨id 1⟩", "⟨id 4⟩"]


# ---- settings


@pytest.mark.parametrize(
    ("name", "value"),
    [("temperature", -0.1), ("temperature", 10.5), ("temperature", float("nan")), ("top_k", 0), ("top_k", 101)]
    + [("top_p", 0.0), ("top_p", 1.2), ("position", 99), ("position", -99)],
)
def test_a_wrong_setting_is_one_clear_error(gpt, widget, name, value):
    with pytest.raises(ValueError, match=f"{name} must be .*, got {value}"):
        setattr(widget, name, value)
    with pytest.raises(ValueError, match=f"{name} must be .*, got {value}"):
        next_token(trace(gpt, TEXT), **{name: value})


def test_what_the_browser_sets_is_not_sent_back_to_it(widget):
    """An answer that comes late would move a slider that is being dragged."""
    echoed = {name for name in widget.keys if widget.trait_metadata(name, "echo_update", True)}
    assert not echoed & {"temperature", "top_k", "top_p", "position", "selected", "tally", "text"}


# ---- words


def test_words_say_what_is_shown(gpt):
    shown = trace(gpt, TEXT)
    for settings in ({"temperature": 0.7, "top_k": 5, "top_p": 0.9}, {"temperature": 0.0}, {"temperature": 3.0}):
        for position in (-1, 1):
            words = next_token(shown, position=position, **settings).words()
            for token, p in shown.next_tokens(2, position=position, **settings):
                assert f"“{visible(token)}” {100 * p:.1f} %" in words
            assert f"{settings['temperature']:g}" in words
            assert "\n" not in words


def test_every_word_is_in_the_catalog_and_every_entry_is_used():
    code = "\n".join(path.read_text(encoding="utf-8") for path in [*SOURCES, *HERE.glob("*.py")])
    entries = {key for part in catalog().values() for key in part}
    assert set(re.findall(r"\bt\(\"(\w+)\"", code)) <= entries
    begun = tuple(set(re.findall(r"(?:`|f\")(\w+_)\$?\{", code)))  # t(`stage_${stage}`), t[f"words_{name}"]
    assert {key for key in entries if f'"{key}"' not in code and not key.startswith(begun)} == set()


def test_an_unknown_language_is_one_clear_error(gpt):
    with pytest.raises(ValueError, match="language must be one of en, got 'xx'"):
        next_token(trace(gpt, TEXT), language="xx")


def test_a_style_sheet_holds_in_its_own_explorer_only():
    """Several stand on one page. What all share, core/explorer.css, speaks of .gptviz and what is in it alike."""
    sheets = {path.stem: path.read_text(encoding="utf-8") for path in (HERE / "static").glob("*.css")}
    del sheets["slides"]  # of reveal.js, on pages of its own
    assert len(sheets) > 8
    for name, sheet in sheets.items():
        depth, blocks, start = 0, [], 0
        for i, char in enumerate(sheet):
            depth += {"{": 1, "}": -1}.get(char, 0)
            if char == "}" and depth == 0:
                blocks, start = [*blocks, sheet[start : i + 1]], i + 1
        own = [block for block in blocks if not all(block in other for other in sheets.values())]
        assert own and all(block.startswith(f"[data-explorer={name}]{{") for block in own), name


@pytest.mark.parametrize("way", ["innerHTML", "outerHTML", "insertAdjacentHTML", ".html(", "document.write", "eval("])
def test_text_never_becomes_markup(way):
    assert len(SOURCES) > 8
    assert not [path.name for path in SOURCES if way in path.read_text(encoding="utf-8")]


# ---- saved, and without a kernel


def test_saved_page_needs_nothing_else(widget, tmp_path):
    widget.save(tmp_path / "x.html")
    page = (tmp_path / "x.html").read_text(encoding="utf-8")
    linked = set(re.findall(r"https?://[\w./-]+", page))
    assert linked <= {
        "http://www.w3.org/1999/xhtml",
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
        "http://www.w3.org/XML/1998/namespace",
        "http://www.w3.org/2000/xmlns/",
    }  # names, not addresses
    assert not re.search(r"<(link|img|iframe)\b|\bsrc=", page)
    assert page.count("</script>") == 2
    state = json.loads(re.search(r'id="content">(.*?)</script>', page, re.S)[1])["state"]
    assert state["kernel"] is False
    assert state["temperature"] == widget.temperature


def test_markup_in_a_token_stays_text_in_the_saved_page(tmp_path):
    next_token(trace(random_gpt(n_ctx=64), "</script><img src=x onerror=alert(1)><!--")).save(tmp_path / "x.html")
    page = (tmp_path / "x.html").read_text(encoding="utf-8")
    assert page.count("</script>") == 2
    assert "<img" not in page
    assert page.count("<!--") == 0


@pytest.mark.parametrize(("name", "start"), [("x.png", b"\x89PNG"), ("x.SVG", b"<?xml")])
def test_saved_stills(widget, tmp_path, name, start):
    widget.save(tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(start)


def test_another_ending_is_one_clear_error(widget, tmp_path):
    with pytest.raises(ValueError, match=r"saved as \.html, \.png or \.svg, got .*x\.pdf"):
        widget.save(tmp_path / "x.pdf")


def test_stills_and_words_for_a_page_without_a_kernel(widget, monkeypatch):
    shown = []
    monkeypatch.setattr(explorer, "display", lambda data, **kwargs: shown.append(data))
    with pytest.raises(NotImplementedError):  # IPython goes on to the MIME bundle
        widget._ipython_display_()
    assert "image/png" not in widget._repr_mimebundle_()[0]
    monkeypatch.setenv("GPTVIZ_STILLS", "1")
    widget._ipython_display_()
    picture, words = shown
    assert set(picture) == {"text/plain", "image/png", "application/vnd.jupyter.widget-view+json", explorer.LIVE}
    assert picture[explorer.LIVE]["name"] == widget.name and picture[explorer.LIVE]["state"]["kernel"] is False
    assert len(widget.still()) <= 60_000
    assert widget.still() == widget.still()
    assert words["text/plain"].split() == widget.words().split()
    assert max(map(len, words["text/plain"].splitlines())) <= 100


def test_an_explorer_loads_no_plotting():
    check = "import sys, gptviz.widgets; print([m for m in ('matplotlib', 'plotly') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", check], capture_output=True, text=True).stdout == "[]\n"
    control = check.replace("gptviz.widgets", "gptviz.figures")  # this would notice it
    assert "matplotlib" in subprocess.run([sys.executable, "-c", control], capture_output=True, text=True).stdout


# ---- colours

COLORS = json.loads((HERE.parent / "figures" / "colors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(scheme):
    for ink, grounds in {
        "ink": ("paper", "faint", "accent-pale"),
        "muted": ("paper", "faint"),
        "accent": ("paper", "faint", "accent-pale"),
        "key": ("paper",),
    }.items():
        for ground in grounds:
            assert contrast(COLORS[ink][scheme], COLORS[ground][scheme]) >= 4.5, (ink, ground)
    assert contrast(COLORS["bar"][scheme], COLORS["paper"][scheme]) >= 3


def contrast(one, other):
    """WCAG 2.2: relative luminances, from 1 to 21."""

    def luminance(color):
        parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
