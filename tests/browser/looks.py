"""What every explorer's look is held to: words large enough, dark enough and inside; no listener left behind."""

from playwright.sync_api import Locator, Page

UNREADABLE = """root => {
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
    const bad = [], all = root.getBoundingClientRect();
    for (const e of root.querySelectorAll("*")) {
        const words = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
        const box = e.getBoundingClientRect();
        if (!words || !box.width || e.matches("title, .gv-live, [hidden]")) continue;
        const style = getComputedStyle(e);
        if (style.visibility === "hidden") continue;
        const ink = e instanceof SVGElement ? style.fill : style.color;
        const [a, b] = [light(rgb(ink)), light(ground(e))];
        const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (parseFloat(style.fontSize) < 12) bad.push(`${style.fontSize}: ${e.textContent}`);
        if (contrast < 4.5) bad.push(`contrast ${contrast.toFixed(1)}: ${e.textContent}`);
        if (box.left < all.left - 1 || box.right > all.right + 1) bad.push(`outside: ${e.textContent}`);
    }
    return bad;
}"""


def unreadable(root: Locator) -> list[str]:
    """Words below 12 px, of a contrast below 4.5 : 1 on their ground, or beyond the explorer's edges."""
    return root.evaluate(UNREADABLE)


UNMOVED = """async root => {
    const picture = () => {
        const drawn = [...root.querySelectorAll("svg")].map(svg => svg.outerHTML);
        drawn.push(...[...root.querySelectorAll("canvas")].map(canvas => canvas.toDataURL()));
        const words = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        while (words.nextNode())
            if (!words.currentNode.parentElement.closest(".gv-range, .gv-live")) drawn.push(words.currentNode.data);
        return drawn.join();
    };
    const inputs = [...root.querySelectorAll("input[type=range]")], unmoved = [];
    const drag = async (input, value) => {
        input.value = value;
        input.dispatchEvent(new Event("input", {bubbles: true}));
        for (let i = 0; i < 100; i++) {
            await new Promise(resolve => setTimeout(resolve, 50));
            if (Number(root.dataset.value.split(" ")[inputs.indexOf(input)]) === Number(input.value)) return;
        }
    };
    for (let last; root.dataset.value === undefined || last !== picture(); ) {
        last = picture();
        await new Promise(resolve => setTimeout(resolve, 200));
    }
    for (const input of inputs.filter(input => !input.disabled && input.checkVisibility({visibilityProperty: true}))) {
        const before = picture(), start = input.value;
        let moved = false;
        for (const value of [input.max, input.min, (Number(input.min) + Number(input.max)) / 2]) {
            await drag(input, value);
            if ((moved = input.value !== start && picture() !== before)) break;
        }
        if (!moved) unmoved.push(input.getAttribute("aria-label"));
        await drag(input, start);
    }
    return unmoved;
}"""


def unmoved(root: Locator) -> list[str]:
    """Sliders of an explorer that can be dragged from end to end while its picture and numbers stay as they are."""
    return root.evaluate(UNMOVED)


def hear(page: Page) -> None:
    """From the next page on, keep a list of the listeners inside explorers; `alive` counts those not aborted."""
    page.add_init_script(
        """window.heard = [];
        const add = EventTarget.prototype.addEventListener;
        EventTarget.prototype.addEventListener = function (type, listener, options) {
            const inside = this instanceof Element && this.closest(".gptviz");
            const ours = inside || (this instanceof MediaQueryList && options?.signal);
            if (ours) window.heard.push([type, options?.signal]);
            return add.call(this, type, listener, options);
        };"""
    )


def alive(page: Page) -> int:
    return page.evaluate("() => window.heard.filter(([, signal]) => !signal?.aborted).length")
