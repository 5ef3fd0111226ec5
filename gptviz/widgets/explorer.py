"""What every explorer shares: its bundle and words, how it is saved, how it shows itself where there is no kernel."""

import base64
import html
import json
import os
import textwrap
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import anywidget
import torch
from IPython import get_ipython
from IPython.display import display
from traitlets import Bool, Dict, Enum, Int, List, Unicode

from ..tracing import Trace
from ..tracing import trace as run_trace

if TYPE_CHECKING:  # matplotlib costs 0.5 s: only for who prints
    from ..figures.theme import Picture

HERE = Path(__file__).parent
STILLS = "GPTVIZ_STILLS"  # set to 1 by `make notebooks`: pictures and words for a page without a kernel
STILL_BYTES = 60_000  # of one picture in a notebook
LIVE = "application/vnd.gptviz.explorer+json"  # under STILLS: what `make site` and `make slides` need to show it live
LINE = 76  # characters of a sentence in a notebook's output, which JupyterLab breaks inside a word


@cache
def catalog(language: str = "en") -> dict[str, dict[str, str]]:
    """All words of the explorers, by explorer and key."""
    there = sorted(path.stem for path in (HERE / "strings").glob("*.json"))
    if language not in there:
        raise ValueError(f"language must be one of {', '.join(there)}, got {language!r}")
    return json.loads((HERE / "strings" / f"{language}.json").read_text(encoding="utf-8"))


def visible(token: str) -> str:
    """A token in which spaces at its ends and line breaks can be seen, as the explorers show it."""
    inner = token.strip(" ")
    left = len(token) - len(token.lstrip(" "))
    right = len(token) - left - len(inner) if inner else 0
    return "␣" * left + inner.translate({10: "↵", 13: "␍", 9: "⇥"}) + "␣" * right


def state(default: Any) -> Any:
    """A trait that the browser sets too. What it says is not echoed to it: it may have moved on meanwhile."""
    return default.tag(sync=True, echo_update=False)


class OneOf(Enum):
    def validate(self, obj: Any, value: Any) -> Any:
        words = self.values or ()
        if value not in words:
            raise ValueError(f"{self.name} must be one of {', '.join(words)}, got {value!r}")
        return value


def one_of(*words: str) -> Any:
    """State that is one of `words`, at first the first. Any other raises a ValueError."""
    return state(OneOf(words, words[0]))


def floats(tensor: torch.Tensor) -> bytes:
    """The numbers of a tensor, row by row, as a browser reads them: float32, little-endian."""
    return tensor.detach().float().contiguous().numpy().astype("<f4").tobytes()


def percent(p: float) -> str:
    """A share as the explorers write it: 0.1234 → "12.3 %"."""
    return "< 0.1 %" if 0 < p < 0.0005 else f"{100 * p:.1f} %"


class Explorer(anywidget.AnyWidget):
    """A picture one drags. A subclass has a `name` and a bundle of that name, traits, `figure` and `words`.

    Its state is in its traits alone, so a notebook that is opened again shows it as it was. `kernel` says whether there
    is a Python to ask; without one, what needs it is switched off. What the browser asks, `answer` answers; if that
    fails, `error` says why, in the explorer.
    """

    name: ClassVar[str]
    strings = Dict().tag(sync=True)
    kernel = Bool(True).tag(sync=True)
    error = Unicode().tag(sync=True)

    def __init_subclass__(cls, **kwargs: Any):
        if "name" in cls.__dict__:  # not for the subclasses that traitlets makes of an instance
            cls._esm, cls._css = HERE / "static" / f"{cls.name}.js", HERE / "static" / f"{cls.name}.css"
        super().__init_subclass__(**kwargs)

    def __init__(self, language: str = "en", **traits: Any):
        words = catalog(language)
        super().__init__(strings=words["explorer"] | words[self.name], **traits)
        self.on_msg(self._asked)

    def _asked(self, _: Any, question: dict, buffers: Any) -> None:
        try:
            with self.hold_sync():
                self.answer(question)
                self.error = ""
        except Exception as problem:  # whatever went wrong is for the reader to see, in the explorer
            self.error = str(problem) if isinstance(problem, ValueError) else f"{type(problem).__name__}: {problem}"
        finally:
            self.send({"answered": question.get("number")})

    def answer(self, question: dict[str, Any]) -> None:
        """Do what the browser asks, by setting traits. A ValueError says to the reader what was expected."""
        raise NotImplementedError(f"{self.name} answers no question, got {question}")

    def figure(self) -> "Picture":
        """The picture of `gptviz.figures` for the present state."""
        raise NotImplementedError

    def words(self) -> str:
        """One sentence that says what the explorer shows, for those who cannot see or drag it."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return self.words()

    def save(self, path: str | Path) -> None:
        """Write the explorer as it is now: .html one file that works offline, .png or .svg a still picture."""
        path = Path(path)
        match path.suffix.lower():
            case ".html":
                path.write_text(self._page(), encoding="utf-8")
            case ".png" | ".svg" as kind:
                path.write_bytes(self.figure().data(kind[1:]))
            case _:
                raise ValueError(self.strings["save_as"].format(path=repr(str(path))))

    def _page(self) -> str:
        """One HTML file: the bundle, the traits and a model without a kernel. It asks the network for nothing."""
        content = self._content() | {
            "offline": (HERE / "static" / "offline.js").read_text(encoding="utf-8"),
            "module": str(self._esm),
        }
        return (
            (HERE / "page.html")
            .read_text(encoding="utf-8")
            .format(
                title=html.escape(self.strings["title"]),
                words=html.escape(self.words()),
                style=self._css,
                content=json.dumps(content).replace("<", "\\u003c"),  # a token cannot end the script
            )
        )

    def _content(self, **instead: Any) -> dict[str, Any]:
        """What the browser needs beside the bundle: the traits, arrays as base64. `instead`: other values of some."""
        names = [
            name for name in self.keys if not name.startswith("_") and name not in ("layout", "tabbable", "tooltip")
        ]
        state = {name: getattr(self, name) for name in names} | {"kernel": False} | instead
        arrays = {name: state.pop(name) for name in names if isinstance(state[name], bytes)}
        encoded = {name: base64.b64encode(array).decode() for name, array in arrays.items()}
        return {"name": self.name, "state": state, "bytes": encoded}

    def compact(self) -> dict[str, Any]:
        """Traits as a page of many explorers gets them, where it cannot hold all of this one's arrays."""
        return {}

    def still(self) -> bytes:
        """The picture as PNG of at most `STILL_BYTES`: as sharp as that allows."""
        figure = self.figure()
        for dpi in (200, 150, 120, 100, 80, 60):
            png = figure.data("png", dpi=dpi)
            if len(png) <= STILL_BYTES:
                return png
        raise ValueError(f"the still of {self.name} must be {STILL_BYTES} bytes at most, got {len(png)} at {dpi} dpi")

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is not None and os.environ.get(STILLS) == "1":
            bundle[0]["image/png"] = base64.b64encode(self.still()).decode()
            bundle[0]["text/plain"] = self.words()  # once more: the still may have measured what they say
            bundle[0][LIVE] = self._content(**self.compact())
        return bundle

    def _ipython_display_(self) -> None:
        """Under `make notebooks` the sentence is an output of its own: beside a picture, JupyterLab would hide it."""
        if os.environ.get(STILLS) != "1":
            raise NotImplementedError  # IPython then asks for the MIME bundle
        data, metadata = self._repr_mimebundle_()
        display(data, metadata=metadata, raw=True)
        display({"text/plain": textwrap.fill(self.words(), LINE)}, raw=True)


class TraceExplorer(Explorer):
    """An explorer of one trace, with a box for a text of the reader's own, which the kernel traces with the same GPT.

    `traced` gives the traits that depend on the trace; `run` counts the texts.
    """

    text = state(Unicode())
    tokens = List(Unicode()).tag(sync=True)
    ids = List(Int()).tag(sync=True)
    rarely_seen = List(Bool()).tag(sync=True)
    counted = Bool().tag(sync=True)
    edits = List(Unicode()).tag(sync=True)  # what is changed in this run: "L1H2 × 0", "z[1, 2]"
    run = Int().tag(sync=True)
    variable = Unicode().tag(sync=True)  # what Python calls the trace, for the lines to copy
    start = Dict().tag(sync=True)  # what Reset goes back to

    def __init__(self, trace: Trace, language: str = "en", **traits: Any):
        self.trace = trace
        super().__init__(language, **(self.traced(trace) | traits))

    def traced(self, trace: Trace) -> dict[str, Any]:
        """The traits that a trace decides. What is checked against others comes after them."""
        return {
            "text": trace.text,
            "ids": trace.ids.tolist(),
            "tokens": trace.tokens,
            "rarely_seen": trace.rarely_seen,
            "counted": trace.gpt.token_counts is not None,
            "edits": trace.edits.names(),
            "variable": called(trace),
        }

    def answer(self, question: dict[str, Any]) -> None:
        if "text" not in question:
            return super().answer(question)
        self.read(question["text"])

    def read(self, prompt: str | list[int]) -> None:
        """Trace another text, or token ids, with the same GPT and show it."""
        if self.trace.edits:  # they were for this text; without them, the other would show another model
            raise ValueError(self.strings["edited"])
        again = run_trace(self.trace.gpt, prompt)
        traced = self.traced(again)
        self.trace = again
        for name, value in traced.items():
            self.set_trait(name, value)
        self._states_to_send.update(traced)  # also what is the same here: the browser may have moved on meanwhile
        self.run += 1


def called(trace: Trace) -> str:
    """What the reader's notebook calls a trace: a variable that holds it; else Python that makes it again.

    An edited trace without a name is called "trace": its edits may be tensors, which no line of Python can hold.
    """
    shell = get_ipython()
    for name, value in (shell.user_ns if shell else {}).items():
        if value is trace and name[0] != "_":
            return name
    if trace.edits:
        return "trace"
    ids, tokenizer = trace.ids.tolist(), trace.gpt.tokenizer
    prompt = trace.text if tokenizer is not None and tokenizer.encode(trace.text) == ids else ids
    return f"gv.trace(gpt, {prompt!r})"


def index(position: int, count: int) -> int:
    """A position of a text as 0..count - 1; negative from the end."""
    if not -count <= position < count:
        raise ValueError(f"position must be {-count}..{count - 1} for this text, got {position}")
    return position % count
