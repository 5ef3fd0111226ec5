"""What the handout (`tools.site`) and the slides (`tools.slides`) share: a notebook as self-contained HTML.

A notebook is executed once and kept in `.make/live`, with what its explorers need, until its text or the code changes.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from functools import cache
from html import escape
from io import BytesIO
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import unquote

import nbformat
from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from nbformat import NotebookNode
from PIL import Image
from pygments import highlight as pygmented
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from gptviz.widgets.explorer import LIVE
from tools.lab import ROOT
from tools.notebooks import NOTEBOOKS, execute

STATIC = ROOT / "gptviz" / "widgets" / "static"
TEMPLATES = ROOT / "tools" / "templates"
KEPT = ROOT / ".make" / "live"
COLORS: dict[str, dict[str, str]] = json.loads((ROOT / "gptviz/figures/colors.json").read_text(encoding="utf-8"))


# ---- notebooks


def paths_of(names: list[str]) -> list[Path]:
    """The notebooks whose names start with one of `names`, all by default.

    Raises:
        FileNotFoundError: there is none.
    """
    paths = [p for p in sorted(NOTEBOOKS.glob("*.ipynb")) if not names or p.name.startswith(tuple(names))]
    if not paths:
        raise FileNotFoundError(f"no notebook in {NOTEBOOKS} starts with {' or '.join(names) or 'anything'}")
    return paths


@cache
def _code() -> bytes:
    """A hash of all that decides what a notebook's cells give: the package, the model, the way they are run."""
    files = [p for p in [*ROOT.glob("gptviz/**/*"), *ROOT.glob("assets/tiny/**/*")] if p.is_file()]
    files = [p for p in files if not {"js", "__pycache__"} & set(p.relative_to(ROOT).parts)]
    together = hashlib.sha256()
    for path in sorted([*files, ROOT / "tools" / "notebooks.py", ROOT / "requirements.txt"]):
        together.update(str(path.relative_to(ROOT)).encode() + hashlib.sha256(path.read_bytes()).digest())
    return together.digest()


def executed(path: Path) -> NotebookNode:
    """The notebook with the outputs of a run, explorers included; of an earlier run, if nothing has changed since."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    key = hashlib.sha256(_code() + nbformat.writes(notebook).encode()).hexdigest()[:16]
    kept = KEPT / f"{path.stem}-{key}.ipynb"
    if not kept.exists():
        done = execute(path, live=True)
        KEPT.mkdir(parents=True, exist_ok=True)
        for old in KEPT.glob(f"{path.stem}-*.ipynb"):
            old.unlink()
        nbformat.write(done, kept)
    return nbformat.read(kept, as_version=4)


def title_of(notebook: NotebookNode) -> str:
    """The text of the H1."""
    return re.findall(r"^# (.+)$", notebook.cells[0].source, flags=re.M)[0].replace("`", "").strip()


# ---- markdown


def slug(heading: str) -> str:
    """The anchor of a heading: spaces to hyphens, lower case."""
    return re.sub(r"[^\w-]", "", re.sub(r"[`*]", "", heading).strip().replace(" ", "-")).lower()


def mathml(tex: str, display: bool = False) -> str:
    """A formula as MathML.

    Raises:
        ValueError: LaTeX that the converter does not know; it would have passed it on as text.
    """
    shown = convert(tex.strip(), display="block" if display else "inline")
    try:
        words = "".join(ElementTree.fromstring(shown).itertext())
    except ElementTree.ParseError as error:
        raise ValueError(f"no MathML for the formula {tex!r}: {error}") from None
    if unknown := re.findall(r"\\[a-zA-Z]*", words):
        raise ValueError(f"no MathML for {', '.join(unknown)} in the formula {tex!r}")
    return shown


def highlighted(code: str) -> str:
    """Python as spans with Pygments' classes."""
    lines = pygmented(code.strip("\n"), PythonLexer(), HtmlFormatter(nowrap=True))
    return f'<pre class="code"><code>{lines}</code></pre>'


def picture(file: Path, alt: str) -> str:
    """An SVG as part of the page, in the colours of its theme; anything else as an <img> that holds its bytes."""
    if file.suffix == ".svg":
        drawn = re.sub(r"<\?xml.*?\?>|<title>.*?</title>", "", file.read_text(encoding="utf-8"), flags=re.S)
        for name, hues in COLORS.items():
            drawn = drawn.replace(hues["light"], f"var(--gv-{name})")
        inside = drawn.strip().replace("<svg ", f'<svg aria-label="{escape(alt)}" ', 1)
        return f'<span class="drawing">{inside}</span>'
    return f'<img src="{data_url(file.read_bytes())}" alt="{escape(alt)}">'


def data_url(image: bytes) -> str:
    """An image as lossless WebP, two thirds of the bytes of a PNG, in an address."""
    webp = BytesIO()
    Image.open(BytesIO(image)).save(webp, "WEBP", lossless=True, quality=100, method=4)
    return f"data:image/webp;base64,{base64.b64encode(webp.getvalue()).decode()}"


def _fence(renderer: RendererHTML, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    code = tokens[index].content
    return highlighted(code) if tokens[index].info.startswith("py") else f"<pre><code>{escape(code)}</code></pre>"


def _image(renderer: RendererHTML, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    return picture(env["folder"] / unquote(str(token.attrs["src"])), token.content)


@cache
def _markdown() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    md.use(dollarmath_plugin, double_inline=True, renderer=lambda tex, how: mathml(tex, how["display_mode"]))
    md.add_render_rule("fence", _fence)
    md.add_render_rule("image", _image)
    return md


def markdown(source: str, folder: Path = NOTEBOOKS) -> str:
    """HTML: headings have anchors, links to notebooks lead to their pages, formulas are MathML, pictures are inside.

    A link to another file of the project is left as words: the page does not bring that file.
    """
    env = {"folder": folder}
    tokens = _markdown().parse(source, env)
    for here, after in zip(tokens, tokens[1:], strict=False):
        if here.type == "heading_open":
            here.attrSet("id", slug(after.content))
        for child in here.children or []:
            if child.type == "link_open":
                _lead(child)
    return _markdown().renderer.render(tokens, _markdown().options, env)


def inline(source: str) -> str:
    """HTML of a line of markdown, without a paragraph around it."""
    return _markdown().renderInline(source, {"folder": NOTEBOOKS})


def _lead(link: Token) -> None:
    """Make a link one of the page."""
    target = str(link.attrs.pop("href"))
    file, mark, anchor = target.partition("#")
    if re.match(r"https?:|mailto:", target):
        link.attrs = {"href": target, "rel": "noreferrer"}
    elif not file or file.endswith(".ipynb"):
        page = file.removesuffix(".ipynb") + ".html" if file else ""
        link.attrs = {"href": page + mark + slug(unquote(anchor))}


# ---- explorers


@dataclass
class Explorers:
    """The explorers of one page: each module, each value and each array once, all of it compressed."""

    contents: list[dict[str, Any]] = field(default_factory=list)

    def place(self, content: dict[str, Any]) -> str:
        """The element that an explorer will be drawn into."""
        self.contents.append(content)
        no_script = "Here a browser with JavaScript, from 2024 on, draws a picture to drag."
        return f'<div class="live" data-prevent-swipe><p>{no_script}</p></div>'

    def packed(self) -> str:
        """As `mountAll` of offline.js reads it."""
        arrays, at, values, entries = bytearray(), dict[bytes, int](), dict[str, int](), []
        for content in self.contents:
            places = {}
            for trait, text in content["bytes"].items():
                data = base64.b64decode(text)
                if data not in at:
                    at[data] = len(arrays)
                    padded = data + bytes(-len(data) % 4)
                    arrays += b"".join(padded[n::4] for n in range(4))
                places[trait] = [at[data], len(data)]
            texts = {trait: compact(value) for trait, value in content["state"].items()}
            state = {trait: values.setdefault(text, len(values)) for trait, text in texts.items()}
            entries.append({"name": content["name"], "state": state, "arrays": places})
        names = dict.fromkeys(content["name"] for content in self.contents)
        modules = {name: {"code": bundle(f"{name}.js"), "style": bundle(f"{name}.css")} for name in names}
        rest = compact({"modules": modules, "explorers": entries})
        head = f'{{"values":[{",".join(values)}],{rest[1:]}'.encode()
        zipped = gzip.compress(len(head).to_bytes(4, "little") + head + bytes(arrays), mtime=0)
        whole = len(zipped).to_bytes(4, "little") + zipped
        return base64.b85encode(whole + bytes(-len(whole) % 4)).decode().replace("<", ",")  # no end of an element


def compact(value: Any) -> str:
    """JSON without spaces."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def bundle(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


# ---- outputs


def plain(data: Any) -> str:
    """The text of an output: notebooks may keep it as a list of lines; colours of a terminal left out."""
    text = data if isinstance(data, str) else "".join(data)
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def outputs(cell: NotebookNode, explorers: Explorers, words: bool = True) -> str:
    """The outputs of a code cell. `words`: the sentence of an explorer stands below it, else only beside its still."""
    parts: list[str] = []
    said: set[str] = set()  # what explorers have said already
    for output in cell.outputs:
        data = output.get("data", {})
        text = plain(output.get("text") or data.get("text/plain") or "").strip("\n")
        if LIVE in data:
            said.add(" ".join(text.split()))
            caption = f"<figcaption>At first: {escape(' '.join(text.split()))}</figcaption>" if words else ""
            parts.append(f'<figure class="explorer">{explorers.place(data[LIVE])}{caption}</figure>')
        elif " ".join(text.split()) in said:
            continue
        elif svg := data.get("image/svg+xml"):
            parts.append(f'<figure role="img" aria-label="{escape(text)}">{plain(svg)}</figure>')
        elif png := data.get("image/png"):
            source = data_url(base64.b64decode(plain(png)))
            parts.append(f'<figure><img src="{source}" alt="{escape(" ".join(text.split()))}"></figure>')
        elif shown := data.get("text/html"):
            parts.append(f'<div class="html">{plain(shown)}</div>')
        elif shown := data.get("text/markdown"):
            parts.append(markdown(plain(shown)))
        elif text:
            parts.append(f'<pre class="output">{escape(text)}</pre>')
    return "\n".join(parts)


# ---- pages


def colors() -> str:
    """The house's colours as CSS variables."""
    pairs = (f"--gv-{name}: light-dark({hues['light']}, {hues['dark']})" for name, hues in COLORS.items())
    return f":root {{ color-scheme: light dark; {'; '.join(pairs)} }}"


def script(**content: str) -> str:
    """Texts for the page's script, as JSON that cannot end the element it stands in."""
    return json.dumps(content).replace("<", "\\u003c")


def page(template: str, title: str, **parts: str) -> str:
    """A template with its `$parts` put in. `title` is plain text."""
    style = colors() + (TEMPLATES / "house.css").read_text(encoding="utf-8")
    return Template((TEMPLATES / template).read_text(encoding="utf-8")).substitute(
        title=escape(title), style=style, **parts
    )


def write(folder: Path, name: str, text: str) -> None:
    """Write a page and say so."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    print(f"{folder.name}/{name}: {len(text.encode()) / 1000:.0f} kB", flush=True)
