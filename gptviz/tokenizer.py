"""Text to token ids and back: byte-level BPE on the `tokenizers` library (Sennrich et al. 2016; GPT-2 section 2.2).

It starts from the 256 bytes, so any text has tokens and comes back exactly; frequent byte sequences are merged until
the vocabulary is full, so a frequent word is one token, its leading space included: " king".
"""

import codecs
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from tokenizers import Tokenizer as Backend
from tokenizers import decoders, models, pre_tokenizers, trainers

END = "<|endoftext|>"  # stands between documents; typed by a reader, it is ordinary text


class Tokenizer:
    """`encode` text into ids, `decode` ids into text, `tokens`: each id as a str one can see."""

    def __init__(self, backend: Backend):
        backend.encode_special_tokens = True  # a typed <|endoftext|> is cut up like any other text
        backend.no_truncation()
        backend.no_padding()
        self._backend = backend
        self._byte_level = isinstance(backend.decoder, decoders.ByteLevel)

    def __len__(self) -> int:
        return self._backend.get_vocab_size()

    @property
    def end(self) -> int | None:
        """The id of end-of-text, or None when this vocabulary has none."""
        return self._backend.token_to_id(END)

    def encode(self, text: str) -> list[int]:
        """The ids of a text, none added. Any Unicode text but one with lone surrogates, which are half a character."""
        if not isinstance(text, str):
            raise TypeError(f"text must be a str, got {type(text).__name__}")
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            half = text[error.start]
            raise ValueError(
                f"text must be Unicode without lone surrogates, got {half!r} at position {error.start}"
            ) from None
        return self._backend.encode(text, add_special_tokens=False).ids

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids of each text, on every core at once."""
        return [encoding.ids for encoding in self._backend.encode_batch_fast(texts, add_special_tokens=False)]

    def decode(self, ids: Iterable[int]) -> str:
        """The text of some ids; part of a character, where the ids begin or stop within one, comes out as \ufffd."""
        return self._backend.decode([int(i) for i in ids], skip_special_tokens=False)

    def tokens(self, ids: Iterable[int]) -> list[str]:
        """Each id as a str one can see: bytes that are part of a character as ⟨e4⟩, an id without a token as ⟨id 7⟩."""
        return [self._token(int(i)) for i in ids]

    def vocabulary(self) -> list[str]:
        """`tokens` of every id, in order."""
        return self.tokens(range(len(self)))

    def merges(self) -> list[tuple[str, str]]:
        """The two pieces that each merge glues together, in the order in which training chose them: its rank."""
        return [(self._shown(left), self._shown(right)) for left, right in self._merges()]

    def build(self, text: str) -> list[tuple[int | None, list[str]]]:
        """How merges build a text: [(None, its bytes), (rank of a merge, the pieces after it), …].

        Each step glues the neighbours whose merge has the lowest rank, the leftmost such pair, never across two words
        (a word holds the space before it). The last pieces are `tokens(encode(text))`. Sennrich et al. 2016.
        """
        rank = {pair: i for i, pair in enumerate(self._merges())}
        words = [list(word) for word, _ in self._backend.pre_tokenizer.pre_tokenize_str(text)]
        pieces = lambda: [self._shown(piece) for word in words for piece in word]  # noqa: E731
        steps: list[tuple[int | None, list[str]]] = [(None, pieces())]
        while pairs := [
            (rank[pair], w, i)
            for w, word in enumerate(words)
            for i, pair in enumerate(zip(word, word[1:], strict=False))
            if pair in rank
        ]:
            best, w, i = min(pairs)
            words[w][i : i + 2] = ["".join(words[w][i : i + 2])]
            steps.append((best, pieces()))
        return steps

    def _merges(self) -> list[tuple[str, str]]:
        """As they are stored; older files write a pair as one string with a space between."""
        stored = json.loads(self._backend.to_str())["model"].get("merges")
        if not self._byte_level or stored is None:
            raise ValueError("this tokenizer has no byte-level merges to show")
        pairs = [tuple(pair.split(" ") if isinstance(pair, str) else pair) for pair in stored]
        return [(left, right) for left, right in pairs]

    def _token(self, i: int) -> str:
        stored = self._backend.id_to_token(i) if i >= 0 else None
        return self._shown(stored) if stored else f"⟨id {i}⟩"

    def _shown(self, stored: str) -> str:
        if self._byte_level and all(character in _BYTE for character in stored):
            return bytes(_BYTE[character] for character in stored).decode("utf-8", errors="gptviz.show_bytes")
        return stored

    def save(self, folder: str | Path) -> None:
        """Write `tokenizer.json` into the folder, which is made if need be."""
        Path(folder).mkdir(parents=True, exist_ok=True)
        self._backend.save(str(Path(folder) / "tokenizer.json"))

    @classmethod
    def load(cls, folder: str | Path) -> "Tokenizer":
        """From `tokenizer.json`, or from GPT-2's older pair `vocab.json` and `merges.txt`."""
        folder = Path(folder)
        one, vocab, merges = folder / "tokenizer.json", folder / "vocab.json", folder / "merges.txt"
        try:
            if one.is_file():
                return cls(Backend.from_file(str(one)))
            if vocab.is_file() and merges.is_file():
                return cls(_byte_level(models.BPE.from_file(str(vocab), str(merges))))
        except Exception as error:  # the library raises bare Exception
            raise ValueError(f"the tokenizer in {folder} is damaged: {error}") from error
        raise FileNotFoundError(f"expected tokenizer.json, or vocab.json and merges.txt, in {folder}; found neither")


def train(texts: Iterable[str], vocab_size: int) -> Tokenizer:
    """A tokenizer whose merges fit the texts. Deterministic: the same texts give the same ids in any process.

    The vocabulary is the 256 bytes, end-of-text (id 0), and merges of what occurs at least twice until `vocab_size`.
    """
    if vocab_size < 257:
        raise ValueError(f"vocab_size must be at least 257 (256 bytes and {END}), got {vocab_size}")
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        min_frequency=2,
        special_tokens=[END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),  # without it, bytes not in the texts would vanish
        show_progress=False,
    )
    backend = _byte_level(models.BPE())
    backend.train_from_iterator(texts, trainer)
    return Tokenizer(backend)


def _byte_level(model: models.BPE) -> Backend:
    backend = Backend(model)
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    if backend.token_to_id(END) is not None:
        backend.add_special_tokens([END])
    return backend


def _bytes_by_character() -> dict[str, int]:
    """GPT-2 stores each byte of a token as one printable character: itself, or one from U+0100 on (its encoder.py)."""
    printable: Sequence[int] = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(b): b for b in printable} | {chr(256 + i): b for i, b in enumerate(others)}


def _show_bytes(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return "".join(f"⟨{byte:02x}⟩" for byte in error.object[error.start : error.end]), error.end


_BYTE = _bytes_by_character()
codecs.register_error("gptviz.show_bytes", _show_bytes)
