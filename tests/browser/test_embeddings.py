"""The words as points, in a real JupyterLab: what is listed and where it is drawn is what W_E says."""

import sys
from functools import cache

import pytest
import torch
from expressions import check_expressions
from playwright.sync_api import expect

import gptviz as gv
from gptviz.geometry import find, word_axes, word_id, word_ids
from gptviz.tracing import shown
from gptviz.widgets.explorer import visible

ROOT = "[data-explorer=embeddings]"
CELLS = ["import gptviz as gv\ngpt = gv.load()", "w = gv.embeddings(gpt)\nw"]
KING = "king - man + woman"


@cache
def gpt():
    return gv.load()


@pytest.fixture
def root(opened):
    found = opened.show(ROOT)
    expect(found.locator(".gv-map canvas")).to_be_visible()
    found.get_by_role("button", name="Reset").click()
    return found


def ask(root, expression):
    box = root.get_by_label("expression", exact=True)
    box.fill(expression)
    box.press("Enter")


def check_list(root, expression):
    """The first rows are the nearest tokens of the whole vocabulary, with their cosines and both of their ranks."""
    listed = gv.analogy(gpt(), expression, k=14, keep_inputs=True)
    expect(root.locator(".gv-bars-name").first).to_have_text(visible(listed[0][0]))
    names = root.locator(".gv-bars-name").all_text_contents()
    rows = root.locator(".gv-bars-row").evaluate_all(
        "rows => rows.map(row => [row.dataset.key, row.dataset.value, row.dataset.without, row.dataset.with])"
    )
    assert names == [visible(token) for token, _ in listed]
    found = find(gpt(), expression)
    left_out = 0
    for rank, ((key, value, without, place), (_, cosine)) in enumerate(zip(rows, listed, strict=True), 1):
        assert float(value) == pytest.approx(cosine, abs=1e-5)
        assert int(place) == rank
        if int(key) in found.inputs:
            left_out += 1
            assert without == "–"
        else:
            assert int(without) == rank - left_out


def drawn(root):
    """Where the canvas has the words, by id, and its labels."""
    return root.locator(".gv-map canvas").evaluate(
        "c => ({spots: [...c.spots], labels: c.labels, frame: c.frame, size: [c.clientWidth, c.clientHeight]})"
    )


def check_places(root, axes, flat=True):
    """Distances between the dots, in pixels, are those along the axes, all on one scale."""
    at = drawn(root)
    spots = {int(i): xyz for i, xyz in at["spots"]}
    assert len(spots) > 50
    ids = [i for i in word_ids(gpt()) if i in spots][::7]
    pixels = torch.tensor([spots[i] for i in ids]).double()
    pixels = pixels[:, :2] if flat else pixels * torch.tensor([1, 1, at["frame"]["scale"]])
    places = axes(gpt().embed.weight.detach()[ids])[:, : 2 if flat else 3]
    far = torch.cdist(places, places) * at["frame"]["scale"]
    torch.testing.assert_close(torch.cdist(pixels, pixels), far, atol=0.05, rtol=1e-3)


# ---- what is drawn


def test_the_first_picture_is_an_analogy_that_comes_out(root):
    check_list(root, KING)
    check_places(root, word_axes(gpt(), ["man", "woman", "king"]))
    labels = [label["text"] for label in drawn(root)["labels"]]
    assert {"king", "man", "woman", "queen", "king − man + woman"} <= set(labels)
    check_expressions(root, at_least=3, gpt=gpt())
    assert float(root.get_attribute("data-value")) >= 1


def test_what_comes_out_and_what_does_not_is_what_the_model_says(root):
    chips = root.locator("[data-try]").evaluate_all(
        "all => all.map(e => [e.dataset.try, e.textContent, e.dataset.rank, e.parentElement.className])"
    )
    kinds = {kind for *_, kind in chips}
    assert len(chips) >= 8 and kinds == {"gv-works", "gv-fails"}
    for expression, text, rank, kind in chips:
        best = gv.analogy(gpt(), expression, k=1)[0][0].strip()
        expected = text.split()[-1]
        assert (kind == "gv-works") == (best == expected) == (rank == "1")
    failing = next(expression for expression, *_, kind in chips if kind == "gv-fails")
    root.locator(f"[data-try='{failing}']").click()
    check_list(root, failing)
    check_expressions(root, at_least=3, gpt=gpt())


@pytest.mark.parametrize("expression", ["queen", "cats - cat", "red + bird", "Paris − France + Italy", "a - b + c - d"])
def test_any_sum(root, expression):
    ask(root, expression)
    check_list(root, expression.replace("−", "-"))
    check_expressions(root, at_least=3, gpt=gpt())


def test_labels_never_cover_each_other(root):
    for dimensions in ("2-D", "3-D"):
        root.get_by_role("radio", name=dimensions).click()
        for axes in ("through words", "principal axes"):
            root.get_by_role("radio", name=axes).click()
            at = drawn(root)
            boxes = [label["box"] for label in at["labels"]]
            assert len(boxes) > 20
            for i, (left, top, right, bottom) in enumerate(boxes):
                assert left >= 0 and top >= 0 and right <= at["size"][0] and bottom <= at["size"][1]
                for other in boxes[:i]:
                    assert not (left < other[2] and other[0] < right and top < other[3] and other[1] < bottom)


def test_principal_axes_in_two_and_three_dimensions(root):
    root.get_by_role("radio", name="principal axes").click()
    check_places(root, word_axes(gpt()))
    share = float(word_axes(gpt()).variance[:2].sum())
    expect(root.locator(".gv-caption")).to_contain_text(f"{100 * share:.1f} %")
    check_expressions(root, at_least=3, gpt=gpt())
    root.get_by_role("radio", name="3-D").click()
    check_places(root, word_axes(gpt()), flat=False)
    check_expressions(root, at_least=3, gpt=gpt())


def test_a_space_through_the_four_words_loses_nothing_and_turns(opened, root):
    root.get_by_role("radio", name="3-D").click()
    axes = word_axes(gpt(), ["man", "woman", "king", "queen"])
    check_places(root, axes, flat=False)
    before = drawn(root)["spots"]
    box = root.locator(".gv-map canvas").bounding_box()
    opened.page.mouse.move(box["x"] + 300, box["y"] + 300)
    opened.page.mouse.down()
    opened.page.mouse.move(box["x"] + 380, box["y"] + 250, steps=5)
    opened.page.mouse.up()
    assert drawn(root)["spots"] != before
    check_places(root, axes, flat=False)
    expect(root.locator("[aria-selected=true]")).to_have_count(0)  # a drag is no click
    root.locator(".gv-map canvas").press("ArrowLeft")
    check_places(root, axes, flat=False)
    check_expressions(root, at_least=3, gpt=gpt())


def test_a_plane_through_words_of_ones_own(root):
    box = root.get_by_label("map through", exact=True)
    box.fill("Paris, Rome king")
    box.press("Enter")
    expect(root.locator(".gv-caption")).to_contain_text("Paris, Rome, king")
    check_places(root, word_axes(gpt(), ["Paris", "Rome", "king"]))
    check_expressions(root, at_least=3, gpt=gpt())
    for words, wrong in (("Paris qzx", "“qzx”"), ("Paris", "two to four words, got 1"), ("king king Rome", "one line")):
        box.fill(words)
        box.press("Enter")
        expect(root.locator(".gv-status")).to_contain_text(wrong)
    box.fill("")
    box.press("Enter")
    expect(root.locator(".gv-caption")).to_contain_text("man, woman, king")


# ---- choosing


def test_a_word_is_found_chosen_and_its_neighbours_shown(opened, root):
    search = root.get_by_label("find a word on the map")
    search.fill("prince")
    expect(root.locator(".gv-status")).to_contain_text("words begin like this")
    labels = {label["text"] for label in drawn(root)["labels"]}
    assert {"prince", "princess"} <= labels
    expect(root.locator(".gv-word")).to_contain_text("prince: place")
    check_expressions(root, at_least=3, gpt=gpt())
    search.press("Enter")
    check_list(root, "prince")
    root.locator(".gv-bars-row").nth(2).click()
    expect(root.locator("[aria-selected=true]")).to_have_count(1)
    opened.page.keyboard.press("ArrowDown")
    expect(root.locator(".gv-bars-row").nth(3)).to_be_focused()
    chosen = root.locator(".gv-bars-row").nth(3).get_attribute("data-key")
    root.get_by_role("button", name="Its neighbours").click()
    check_list(root, shown(gpt(), [int(chosen)])[0].strip())
    root.locator(".gv-bars-row").nth(1).click()
    opened.page.keyboard.press("Escape")
    expect(root.locator("[aria-selected=true]")).to_have_count(0)


def test_a_click_on_a_dot_chooses_its_word(opened, root):
    queen = word_id(gpt(), "queen")
    x, y, _ = dict((int(i), xyz) for i, xyz in drawn(root)["spots"])[queen]
    root.locator(".gv-map canvas").click(position={"x": x, "y": y})
    expect(root.locator("[aria-selected=true]")).to_have_attribute("data-key", str(queen))


def test_zoom_by_slider_and_keys(root):
    slider = root.get_by_label("zoom", exact=True).and_(root.locator("input"))
    slider.fill("4")
    assert root.get_attribute("data-value") == "4"
    assert drawn(root)["frame"]["zoom"] == 4
    check_places(root, word_axes(gpt(), ["man", "woman", "king"])) if len(drawn(root)["spots"]) > 50 else None
    root.locator(".gv-map canvas").press("-")
    assert drawn(root)["frame"]["zoom"] == pytest.approx(3.2)


def test_an_unknown_word_is_an_error_and_nothing_is_lost(root):
    ask(root, "king - qzx + woman")
    expect(root.locator(".gv-status")).to_have_attribute("data-kind", "error")
    expect(root.locator(".gv-status")).to_contain_text("'qzx' must be one token of this model")
    check_list(root, KING)
    ask(root, "king +")
    expect(root.locator(".gv-status")).to_contain_text("after every + and -")
    ask(root, "uncle - man + woman")
    expect(root.locator(".gv-status")).not_to_have_attribute("data-kind", "error")
    check_list(root, "uncle - man + woman")


def test_the_height_never_changes(root):
    height = root.bounding_box()["height"]
    for expression in ("queen", "cats - cat", "king - qzx", "a - b + c - d + the"):
        ask(root, expression)
        assert root.bounding_box()["height"] == height
    for name in ("3-D", "principal axes"):
        root.get_by_role("radio", name=name).click()
        assert root.bounding_box()["height"] == height


def test_what_was_asked_reaches_python(opened, root):
    ask(root, "aunt - woman + man")
    check_list(root, "aunt - woman + man")
    opened.page.wait_for_timeout(400)
    opened.wait_idle(10)
    opened.execute("assert w.expression == 'aunt - woman + man', w.expression; assert 'uncle' in w.words(), w.words()")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 800, 560])
def test_everything_can_be_read(opened, root, theme, width):
    opened.page.set_viewport_size({"width": width, "height": 900})
    opened.theme(theme)
    opened.show(ROOT)
    opened.page.mouse.move(2, 2)
    bad = root.evaluate(
        """root => [...root.querySelectorAll("*")].filter(e => {
            const words = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
            const box = e.getBoundingClientRect(), all = root.getBoundingClientRect();
            if (!words || !box.width || e.matches(".gv-live, title")) return false;
            const small = parseFloat(getComputedStyle(e).fontSize) < 12;
            return small || box.left < all.left - 1 || box.right > all.right + 1;
        }).map(e => e.textContent)"""
    )
    opened.page.set_viewport_size({"width": 1280, "height": 900})
    assert not bad


def test_a_large_vocabulary_asks_the_kernel(opened, root):
    """As for GPT-2: no vectors are sent, and what is shown is the same."""
    opened.page.evaluate(
        """async () => {
            const {content} = window.jupyterapp.shell.currentWidget;
            content.activeCellIndex = 1;
            content.widgets[1].model.sharedModel.setSource(
                "import sys; module = sys.modules[type(w).__module__]; module.SENT_AHEAD = 1000\\n" +
                "w = gv.embeddings(gpt)\\nmodule.SENT_AHEAD = 2**21\\nassert not w.vectors\\nw");
            await window.jupyterapp.commands.execute("notebook:run-cell");
        }"""
    )
    opened.wait_idle()
    again = opened.show(ROOT)
    check_list(again, KING)
    check_places(again, word_axes(gpt(), ["man", "woman", "king"]))
    check_expressions(again, at_least=3, gpt=gpt())
    ask(again, "queen - woman + man")
    check_list(again, "queen - woman + man")
    expect(again.locator(".gv-status")).not_to_have_attribute("data-kind", "busy")
    check_places(again, word_axes(gpt(), ["woman", "man", "queen"]))
    again.get_by_label("find a word on the map").fill("prince")
    expect(again.locator(".gv-word")).to_contain_text("prince: place")
    check_expressions(again, at_least=3, gpt=gpt())
    again.get_by_role("radio", name="3-D").click()
    check_expressions(again, at_least=3, gpt=gpt())
    box = again.get_by_label("map through", exact=True)
    box.fill("Paris Rome")
    box.press("Enter")
    expect(again.locator(".gv-caption")).to_contain_text("Paris, Rome")
    expect(again.locator(".gv-status")).not_to_have_attribute("data-kind", "busy")
    check_expressions(again, at_least=3, gpt=gpt())


# ---- coming and going


def test_a_saved_page_is_alive_without_a_network(page, tmp_path):
    gv.embeddings(gpt(), "aunt - woman + man", dimensions=3).save(tmp_path / "x.html")
    page.goto((tmp_path / "x.html").as_uri())
    root = page.locator(ROOT)
    check_list(root, "aunt - woman + man")
    check_places(root, word_axes(gpt(), ["woman", "man", "aunt", "uncle"]), flat=False)
    ask(root, "pizza - Italy + Japan")
    check_list(root, "pizza - Italy + Japan")
    root.get_by_role("radio", name="principal axes").click()
    check_expressions(root, at_least=3, gpt=gpt())
    ask(root, "king - qzx")
    expect(root.locator(".gv-status")).to_contain_text("“qzx” is not one token")
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        paper = root.evaluate("root => getComputedStyle(root).backgroundColor")
        assert paper == {"dark": "rgb(17, 17, 17)", "light": "rgb(255, 255, 255)"}[scheme]


def test_a_saved_page_without_vectors_says_what_is_off(page, tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[gv.embeddings.__module__], "SENT_AHEAD", 1000)
    gv.embeddings(gpt()).save(tmp_path / "x.html")
    page.goto((tmp_path / "x.html").as_uri())
    root = page.locator(ROOT)
    check_list(root, KING)
    expect(root.get_by_label("expression", exact=True)).to_be_disabled()
    expect(root.get_by_role("button", name="Find")).to_be_disabled()
    expect(root.locator(".gv-status")).to_contain_text("needs a kernel")
    root.get_by_role("radio", name="3-D").click()
    check_places(root, word_axes(gpt(), ["man", "woman", "king", "queen"]), flat=False)
