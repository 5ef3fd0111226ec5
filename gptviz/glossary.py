"""Every intermediate of a GPT: its name, its symbol in the lessons, its axes, and one plain sentence.

This is the one place. `Trace` exposes exactly these names, the model's taps call by them, and the lessons quote them.
Axes are read left to right: a leading `layer` or `layer head` is what one indexes (`trace.pattern[1, 2]`), the rest is
the shape of the tensor that comes back. `token` is a position in the text; `query` and `key` are positions too.
"""

from typing import NamedTuple


class Intermediate(NamedTuple):
    """One thing a GPT computes on its way from tokens to probabilities."""

    symbol: str
    axes: str
    sentence: str

    @property
    def indexes(self) -> tuple[str, ...]:
        """The axes one indexes with: `()`, `("layer",)` or `("layer", "head")`."""
        return tuple(axis for axis in self.axes.split() if axis in ("layer", "head"))

    @property
    def shape(self) -> tuple[str, ...]:
        """The axes of the tensor that comes back, for example `("query", "key")`."""
        return tuple(axis for axis in self.axes.split() if axis not in ("layer", "head"))


GLOSSARY = {
    "embed": Intermediate("E", "token d_model", "the vector each token starts with, looked up in the table W_E"),
    "pos": Intermediate("P", "token d_model", "the vector of each position, added so that order is known"),
    "resid_pre": Intermediate("E", "layer token d_model", "the residual stream as it enters a block"),
    "attn_in": Intermediate("LN(E)", "layer token d_model", "what the heads of a block read: LayerNorm of the stream"),
    "q": Intermediate("Q", "layer head token d_head", "the query of each token: what it is looking for"),
    "k": Intermediate("K", "layer head token d_head", "the key of each token: what it can be found by"),
    "v": Intermediate("V", "layer head token d_head", "the value of each token: what it hands over when looked at"),
    "scores": Intermediate("Q·K", "layer head query key", "the dot product of every query with every key"),
    "scaled": Intermediate(
        "Q·K/√d_k", "layer head query key", "the scores divided by the square root of the head size"
    ),
    "masked": Intermediate(
        "Q·K/√d_k + M", "layer head query key", "the scaled scores, with −∞ wherever a token would look ahead"
    ),
    "pattern": Intermediate(
        "A", "layer head query key", "how much each token listens to each earlier one; rows sum to 1"
    ),
    "z": Intermediate("AV", "layer head token d_head", "the values, mixed by the pattern"),
    "delta": Intermediate("ΔE", "layer head token d_model", "what one head adds to the stream"),
    "attn_out": Intermediate(
        "ΣΔE", "layer token d_model", "what all heads of a block add together, the output bias included"
    ),
    "resid_mid": Intermediate("E′", "layer token d_model", "the residual stream between attention and MLP"),
    "mlp_in": Intermediate("LN(E′)", "layer token d_model", "what the MLP reads: LayerNorm of the stream"),
    "mlp_pre": Intermediate("W_up·LN(E′)+b", "layer token d_mlp", "each neuron's answer to its question, before GELU"),
    "neurons": Intermediate("GELU(…)", "layer token d_mlp", "how strongly each neuron fires, after GELU"),
    "mlp_out": Intermediate("W_down·GELU(…)+b", "layer token d_model", "what the MLP adds to the stream"),
    "resid_post": Intermediate("E″", "layer token d_model", "the residual stream as it leaves a block"),
    "final": Intermediate(
        "LN(E_last)", "token d_model", "the last stream after the last LayerNorm: what the unembedding reads"
    ),
    "logits": Intermediate("W_U·E", "token vocabulary", "one score for every token of the vocabulary"),
    "probs": Intermediate("softmax", "token vocabulary", "the logits as probabilities; each row sums to 1"),
}
