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
import traitlets
from IPython.display import display

if TYPE_CHECKING:  # matplotlib costs 0.5 s: only for who prints
    from ..figures.theme import Picture

HERE = Path(__file__).parent
STILLS = "GPTVIZ_STILLS"  # set to 1 by `make notebooks`: pictures and words for a page without a kernel
STILL_BYTES = 60_000  # of one picture in a notebook
LINE = 100  # characters of a sentence in a notebook's output, which does not wrap


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


class Explorer(anywidget.AnyWidget):
    """A picture one drags. A subclass has a `name` and a bundle of that name, traits, `figure` and `words`.

    Its state is in its traits alone, so a notebook that is opened again shows it as it was. `kernel` says whether there
    is a Python to ask; without one, what needs it is switched off.
    """

    name: ClassVar[str]
    strings = traitlets.Dict().tag(sync=True)
    kernel = traitlets.Bool(True).tag(sync=True)

    def __init_subclass__(cls, **kwargs: Any):
        if "name" in cls.__dict__:  # not for the subclasses that traitlets makes of an instance
            cls._esm, cls._css = HERE / "static" / f"{cls.name}.js", HERE / "static" / f"{cls.name}.css"
        super().__init_subclass__(**kwargs)

    def __init__(self, language: str = "en", **traits: Any):
        words = catalog(language)
        super().__init__(strings=words["explorer"] | words[self.name], **traits)

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
        names = [
            name for name in self.keys if not name.startswith("_") and name not in ("layout", "tabbable", "tooltip")
        ]
        state = {name: getattr(self, name) for name in names} | {"kernel": False}
        arrays = {name: state.pop(name) for name in names if isinstance(state[name], bytes)}
        content = {
            "offline": (HERE / "static" / "offline.js").read_text(encoding="utf-8"),
            "module": str(self._esm),
            "state": state,
            "bytes": {name: base64.b64encode(array).decode() for name, array in arrays.items()},
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
        return bundle

    def _ipython_display_(self) -> None:
        """Under `make notebooks` the sentence is an output of its own: beside a picture, JupyterLab would hide it."""
        if os.environ.get(STILLS) != "1":
            raise NotImplementedError  # IPython then asks for the MIME bundle
        data, metadata = self._repr_mimebundle_()
        display(data, metadata=metadata, raw=True)
        display({"text/plain": textwrap.fill(self.words(), LINE)}, raw=True)
