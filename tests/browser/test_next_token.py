"""The next-token explorer in a real JupyterLab: what is drawn is what the model says, whatever one does to it."""

import re
from functools import cache

import pytest
from playwright.sync_api import expect

import gptviz as gv
from gptviz.widgets.explorer import visible

TEXT = "Once there was an old king who ruled a small kingdom by the sea. Every morning the king"
ROOT = "[data-explorer=next_token]"
MARKUP = "<img src=x onerror=alert(1)>"
CELLS = [
    "import gptviz as gv\ngpt = gv.load()",
    f"w = gv.next_token(gv.trace(gpt, {TEXT!r}))\nw",
    "# below the explorer",
]


@cache
def traced(text):
    return gv.trace(gv.load(), text)


@pytest.fixture(scope="module")
def trace():
    return traced(TEXT)


@pytest.fixture
def root(opened):
    """The explorer, as it was at first."""
    found = opened.show(ROOT)
    found.get_by_role("textbox").fill(TEXT)
    if not said(found, TEXT):
        run(found, TEXT)
    found.get_by_role("button", name="Reset").click()
    return found


def said(root, text):
    """Whether the strip shows the tokens of a text."""
    tokens = traced(text).tokens
    return root.locator(".gv-strip [role=option]").all_text_contents() == [visible(token) for token in tokens]


def run(root, text):
    root.get_by_role("textbox").fill(text)
    root.get_by_role("textbox").press("Enter")
    expect(root.locator(".gv-status")).not_to_have_attribute("data-kind", "busy")


def slider(root, name):
    return root.get_by_label(name, exact=True).and_(root.locator("input"))


def values(root):
    return [float(value) for value in root.get_attribute("data-value").split()]


def drawn(root):
    """The rows as they are on the page: (token, share in words, cut)."""
    return root.locator(".gv-row").evaluate_all(
        """rows => rows.filter(row => row.style.display !== "none").map(row => [
            row.querySelector("[data-part=token]").textContent, row.querySelector("[data-part=share]").textContent,
            row.classList.contains("gv-cut")])"""
    )


def near(words, p):
    """Whether "12.3 %" is said of 0.1234."""
    if words.startswith("<"):
        return 0 < p < 0.0005
    if words.startswith(">"):
        return p > 0.9995
    return abs(float(words.removesuffix(" %")) - 100 * p) <= 0.0501


def check(root, trace, **settings):
    """The rows are the model's likeliest tokens for these settings, with their probabilities; the last has the rest."""
    rows, likeliest = drawn(root), trace.next_tokens(12, **settings)
    for (token, words, cut), (name, p) in zip(rows, likeliest, strict=False):
        assert token == visible(name) or (token.endswith("…") and visible(name).startswith(token[:-1]))
        assert near(words, p), (token, words, p)
        assert not cut
    assert all(cut for _, _, cut in rows[len(likeliest) : 12])
    others = 1 - sum(p for _, p in likeliest)
    assert near(rows[12][1], others) if others > 1e-6 else rows[12][1] in ("0 %", "< 0.1 %", "cut off")


# ---- what is drawn


def test_the_first_picture_is_the_models_distribution_at_the_last_token(root, trace):
    assert values(root) == [1, 101, 1]
    assert len(drawn(root)) == 13
    check(root, trace)


@pytest.mark.parametrize("temperature", [0, 0.05, 0.7, 2, 10])
def test_temperature(root, trace, temperature):
    slider(root, "temperature").fill(str(temperature))
    assert values(root)[0] == temperature
    check(root, trace, temperature=temperature)


@pytest.mark.parametrize("settings", [{"top_k": 5}, {"top_p": 0.6}, {"top_k": 40, "top_p": 0.9}, {"top_k": 1}])
def test_what_is_cut_off_is_grey_and_the_rest_is_rescaled(root, trace, settings):
    slider(root, "temperature").fill("1.5")
    for name, value in settings.items():
        slider(root, name.replace("_", "-")).fill(str(value))
    check(root, trace, temperature=1.5, **settings)


def test_the_formula_has_the_numbers_of_the_row(root, trace):
    slider(root, "temperature").fill("0.5")
    logit = float(trace.logits[-1].max())
    p = trace.next_tokens(1, temperature=0.5)[0][1]
    said = root.locator(".gv-steps").inner_text().replace("−", "-")
    assert f"{logit:.2f} ÷ 0.50 = {2 * logit:.2f}" in said
    above, below, share = re.search(r"÷ Σ = ([\d,.]+)(?: × 10)?.* ÷ ([\d,.]+).* = ([\d.]+) %", said).groups()
    assert float(share) == pytest.approx(100 * p, abs=0.06)
    if "×" not in said:
        assert float(above.replace(",", "")) / float(below.replace(",", "")) == pytest.approx(p, rel=0.01)


def test_any_position_predicts(root, trace):
    tokens = root.locator(".gv-strip [role=option]")
    tokens.nth(3).click()
    check(root, trace, position=3)
    tokens.nth(3).press("ArrowLeft")
    check(root, trace, position=2)
    expect(tokens.nth(2)).to_be_focused()
    tokens.nth(2).press("End")
    check(root, trace)


# ---- keys


def test_arrow_keys_step_and_jupyterlab_leaves_them_alone(opened, root):
    cells = opened.page.locator(".jp-Cell").count()
    temperature = slider(root, "temperature")
    temperature.focus()
    for key in ["ArrowLeft"] * 4 + ["ArrowRight"] + ["x", "d", "d", "a", "b", "z", "m"]:
        opened.page.keyboard.press(key)
    assert values(root)[0] == pytest.approx(0.85)
    expect(temperature).to_be_focused()
    assert opened.page.locator(".jp-Cell").count() == cells
    assert root.is_visible()


def test_tab_goes_through_the_controls_and_out(opened, root):
    root.get_by_role("textbox").focus()
    passed = []
    for _ in range(30):
        opened.page.keyboard.press("Tab")
        here = opened.page.evaluate(
            """() => {
                const e = document.activeElement;
                return e.closest(".gptviz") && (e.ariaLabel || e.textContent);
            }"""
        )
        if here is None:
            break
        passed.append(here)
    assert here is None, passed
    assert {"temperature", "top-k", "top-p", "Run", "Sample", "Sample × 100", "Reset"} <= set(passed)
    assert len(passed) == 9  # those, one token and one row


def test_a_row_is_held_and_escape_lets_go(opened, root):
    root.locator(".gv-row").nth(3).click()
    expect(root.locator(".gv-row").nth(3)).to_have_attribute("aria-selected", "true")
    opened.page.mouse.move(2, 2)
    third = drawn(root)[3][0]
    assert third in root.locator(".gv-step").first.inner_text()
    opened.page.keyboard.press("ArrowDown")
    expect(root.locator(".gv-row").nth(4)).to_be_focused()
    opened.page.keyboard.press("Escape")
    expect(root.locator(".gv-row").first).to_have_attribute("aria-selected", "true")
    assert drawn(root)[0][0] in root.locator(".gv-step").first.inner_text()


# ---- draws


def test_draws_are_counted_beside_the_bars(root):
    def tally():
        return sum(int(n) for n in root.locator("[data-part=count]").all_text_contents() if n)

    root.get_by_role("button", name="Sample × 100").click()
    assert tally() == 100
    root.get_by_role("button", name="Sample", exact=True).click()
    assert tally() == 101
    slider(root, "temperature").fill("0")
    assert tally() == 0  # another distribution
    root.get_by_role("button", name="Sample × 100").click()
    assert root.locator("[data-part=count]").first.text_content() == "100"
    slider(root, "top-k").fill("3")
    slider(root, "temperature").fill("8")
    root.get_by_role("button", name="Sample × 100").click()
    assert all(n == "" for n in root.locator("[data-part=count]").all_text_contents()[3:])


# ---- another text


def test_another_text_is_traced(opened, root):
    text = "The queen gave her daughter a hat.\nThe"
    run(root, text)
    assert said(root, text)
    check(root, traced(text))


def test_an_error_is_shown_and_nothing_is_lost(root, trace):
    run(root, "king " * 2000)
    expect(root.locator(".gv-status")).to_have_attribute("data-kind", "error")
    expect(root.locator(".gv-status")).to_contain_text("tokens at most")
    assert root.get_by_role("textbox").input_value() == "king " * 2000
    check(root, trace)


def test_words_that_the_model_hardly_saw_are_marked(root):
    run(root, "The king 森林")
    expect(root.locator(".gv-status")).to_contain_text("hardly or never seen in training")
    assert root.locator(".gv-strip .gv-rare").count() >= 3


def test_a_busy_kernel_does_not_stop_the_sliders(opened, root, trace):
    opened.execute("import time; time.sleep(3)", wait=False)
    for temperature in (0.4, 1.7):
        slider(root, "temperature").fill(str(temperature))
        check(root, trace, temperature=temperature)
    opened.wait_idle()


def test_while_the_model_reads_it_says_so_and_the_sliders_go_on(opened, root, trace):
    opened.execute(
        """import time
        from gptviz.widgets import explorer as module
        quick = module.run_trace
        module.run_trace = lambda *given: time.sleep(6) or quick(*given)""".replace("        ", "")
    )
    root.get_by_role("textbox").fill("The old king")
    root.get_by_role("textbox").press("Enter")
    expect(root.locator(".gv-status")).to_have_attribute("data-kind", "busy")
    slider(root, "temperature").fill("0.4")
    check(root, trace, temperature=0.4)
    expect(root.locator(".gv-status")).to_contain_text("no answer yet")
    expect(root.locator(".gv-status")).not_to_have_attribute("data-kind", "busy", timeout=15_000)
    opened.execute("module.run_trace = quick")
    assert said(root, "The old king")
    assert values(root)[0] == 0.4


def test_markup_is_text(opened, root):
    run(root, MARKUP)
    assert "".join(root.locator(".gv-strip [role=option]").all_text_contents()) == MARKUP.replace(" ", "␣")
    opened.execute(f"w.vocabulary = [{MARKUP!r}] * len(w.vocabulary); w.tokens = [{MARKUP!r}] * len(w.tokens)")
    expect(root.locator(".gv-strip [role=option]").first).to_have_text(MARKUP)
    expect(root.locator(".gv-row").first).to_contain_text(MARKUP)
    assert root.locator("img").count() == 0
    opened.execute("w.vocabulary = gv.next_token(w.trace).vocabulary; w.tokens = w.trace.tokens")


# ---- staying alive


def test_500_rapid_changes_leave_no_backlog(opened, root):
    before = len(opened.page.frames_sent)
    ms = root.evaluate(
        """async root => {
            const [temperature, k, p] = root.querySelectorAll("input[type=range]");
            const start = performance.now();
            for (let i = 0; i < 500; i++) {
                const input = [temperature, k, p][i % 3];
                input.value = [10 * i / 500, 1 + i % 100, 1 - i / 600][i % 3];
                input.dispatchEvent(new Event("input", {bubbles: true}));
                const shown = [...root.querySelectorAll("input[type=range]")].map(input => input.value).join(" ");
                if (root.dataset.value !== shown) throw new Error(`shows ${root.dataset.value} instead of ${shown}`);
            }
            await new Promise(requestAnimationFrame);
            return performance.now() - start;
        }"""
    )
    assert ms < 10_000
    opened.page.wait_for_timeout(600)
    opened.wait_idle(5)
    assert len(opened.page.frames_sent) - before < 10
    temperature, top_k, top_p = values(root)
    opened.execute(f"assert (w.temperature, w.top_k, w.top_p) == ({temperature}, {int(top_k)}, {top_p}), w.top_k")


def test_the_height_never_changes(root):
    height = root.bounding_box()["height"]
    for act in (
        lambda: slider(root, "temperature").fill("0"),
        lambda: slider(root, "top-k").fill("2"),
        lambda: root.get_by_role("button", name="Sample × 100").click(),
        lambda: root.locator(".gv-row").nth(1).click(),
        lambda: run(root, "The"),
        lambda: run(root, ""),
        lambda: run(root, TEXT + " " + TEXT),
    ):
        act()
        assert root.bounding_box()["height"] == height


def test_what_was_set_is_there_when_shown_again(opened, root):
    slider(root, "temperature").fill("0.35")
    slider(root, "top-k").fill("7")
    root.locator(".gv-strip [role=option]").nth(4).click()
    root.get_by_role("button", name="Sample × 100").click()
    opened.page.wait_for_timeout(500)
    before = (values(root), drawn(root), root.locator("[data-part=count]").all_text_contents())
    opened.page.evaluate(
        """async () => {
            const {content, sessionContext} = window.jupyterapp.shell.currentWidget;
            content.activeCellIndex = 2;
            content.widgets[2].model.sharedModel.setSource("w");
            await window.jupyterapp.commands.execute("notebook:run-cell");
        }"""
    )
    expect(opened.page.locator(ROOT)).to_have_count(2)
    again = opened.page.locator(ROOT).nth(1)
    assert before == (values(again), drawn(again), again.locator("[data-part=count]").all_text_contents())
    slider(again, "temperature").fill("0.6")
    assert values(root)[0] == 0.6  # two views of one explorer
    opened.page.evaluate(
        """() => { window.jupyterapp.shell.currentWidget.content.widgets[2].model.clearExecution() }"""
    )
    expect(opened.page.locator(ROOT)).to_have_count(1)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 800, 560])
def test_everything_can_be_read(opened, root, theme, width):
    opened.page.set_viewport_size({"width": width, "height": 900})
    opened.theme(theme)
    opened.show(ROOT)
    slider(root, "top-k").fill("6")
    root.get_by_role("button", name="Sample × 100").click()
    opened.page.mouse.move(2, 2)
    unreadable = root.evaluate(
        """root => {
            const canvas = Object.assign(document.createElement("canvas"), {width: 1, height: 1});
            const paint = canvas.getContext("2d", {willReadFrequently: true});
            const rgb = color => {
                paint.clearRect(0, 0, 1, 1); paint.fillStyle = color; paint.fillRect(0, 0, 1, 1);
                return [...paint.getImageData(0, 0, 1, 1).data];
            };
            const linear = c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
            const light = ([r, g, b]) => [r, g, b].map(c => linear(c / 255))
                .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
            const ground = element => {
                for (let e = element; e; e = e.parentElement) {
                    const [r, g, b, a] = rgb(getComputedStyle(e).backgroundColor);
                    if (a === 255) return [r, g, b];
                }
            };
            const bad = [];
            for (const e of root.querySelectorAll("*")) {
                const words = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
                if (!words || e.matches("title, .gv-live")) continue;
                const style = getComputedStyle(e), svg = e instanceof SVGElement;
                const [a, b] = [light(rgb(svg ? style.fill : style.color)), light(ground(e))];
                const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                const box = e.getBoundingClientRect(), all = root.getBoundingClientRect();
                if (parseFloat(style.fontSize) < 12) bad.push(`${style.fontSize}: ${e.textContent}`);
                if (contrast < 4.5) bad.push(`contrast ${contrast.toFixed(1)}: ${e.textContent}`);
                const outside = box.left < all.left - 1 || box.right > all.right + 1;
                if (box.width && outside) bad.push(`outside: ${e.textContent}`);
            }
            return bad;
        }"""
    )
    opened.page.set_viewport_size({"width": 1280, "height": 900})
    assert not unreadable
    assert root.evaluate("root => getComputedStyle(root).colorScheme") == theme


@pytest.mark.parametrize("width", [1280, 800, 560])
def test_headings_do_not_overlap(opened, root, width):
    opened.page.set_viewport_size({"width": width, "height": 900})
    opened.page.wait_for_timeout(300)
    boxes = (
        root.locator(".gv-picture > g")
        .first.locator("text")
        .evaluate_all("all => all.map(e => e.getBoundingClientRect()).filter(b => b.width).map(b => [b.left, b.right])")
    )
    opened.page.set_viewport_size({"width": 1280, "height": 900})
    assert len(boxes) >= 5
    assert all(right < left for (_, right), (left, _) in zip(boxes, boxes[1:], strict=False))


def test_the_chosen_token_stays_in_sight_when_it_gets_narrow(opened, root):
    run(root, 3 * f"{TEXT} said so. ")
    opened.page.set_viewport_size({"width": 560, "height": 900})
    opened.page.wait_for_timeout(300)
    scrolls, above, below = root.locator(".gv-strip").evaluate(
        """strip => {
            const chosen = strip.querySelector("[aria-selected=true]");
            const [box, token] = [strip, chosen].map(e => e.getBoundingClientRect());
            return [strip.scrollHeight > strip.clientHeight, token.top - box.top, box.bottom - token.bottom];
        }"""
    )
    opened.page.set_viewport_size({"width": 1280, "height": 900})
    assert scrolls and above >= 0 and below >= 0


# ---- coming and going


def test_a_saved_page_is_alive_without_a_network_and_says_what_is_off(page, trace, tmp_path):
    gv.next_token(trace, temperature=0.8).save(tmp_path / "x.html")
    page.goto((tmp_path / "x.html").as_uri())
    root = page.locator(ROOT)
    check(root, trace, temperature=0.8)
    slider(root, "temperature").fill("2.5")
    slider(root, "top-p").fill("0.7")
    check(root, trace, temperature=2.5, top_p=0.7)
    root.locator(".gv-strip [role=option]").nth(1).click()
    check(root, trace, temperature=2.5, top_p=0.7, position=1)
    expect(root.get_by_role("textbox")).to_be_disabled()
    expect(root.get_by_role("button", name="Run")).to_be_disabled()
    expect(root.locator(".gv-status")).to_contain_text("needs a kernel")
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        paper = root.evaluate("root => getComputedStyle(root).backgroundColor")
        assert paper == {"dark": "rgb(17, 17, 17)", "light": "rgb(255, 255, 255)"}[scheme]


def test_markup_in_a_saved_page_is_text(page, tmp_path):
    page.on("dialog", lambda dialog: page.problems.append(f"dialog: {dialog.message}"))
    gv.next_token(gv.trace(gv.load(), MARKUP + "</script><script>alert(1)</script>")).save(tmp_path / "x.html")
    page.goto((tmp_path / "x.html").as_uri())
    expect(page.locator(ROOT)).to_be_visible()
    assert page.locator("img").count() == 0
