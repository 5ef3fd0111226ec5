"""Scores of heads: what they look at, as tables (layer, head), and which of them to show."""

import re
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

from gptviz import world
from gptviz.edits import check
from gptviz.geometry import handed_over
from gptviz.model import GPT
from gptviz.probes.cases import first_ids, of_the_world
from gptviz.sampling import Prompt
from gptviz.tracing import Trace, trace
from gptviz.world.grammar import Case, Span, span


def patterns(traced: Trace) -> Tensor:
    """All attention patterns of a trace, (layer, head, query, key)."""
    config = traced.gpt.config
    return torch.stack(
        [torch.stack([traced.pattern[l, h] for h in range(config.n_head)]) for l in range(config.n_layer)]
    )


def best_head(scores: Tensor) -> tuple[int, int]:
    """The (layer, head) with the largest score of a table (layer, head)."""
    return divmod(int(scores.argmax()), scores.shape[1])


def random_tokens(gpt: GPT, length: int, seed: int, seen: int = 100) -> list[int]:
    """Tokens at random, of those that training saw often enough to know them; of all, where nobody counted."""
    counts = gpt.token_counts
    known = torch.arange(gpt.config.vocab_size) if counts is None else (counts >= seen).nonzero().flatten()
    return known[torch.randint(len(known), (length,), generator=torch.Generator().manual_seed(seed))].tolist()


def previous_token(gpt: GPT, texts: int = 8, length: int = 50) -> Tensor:
    """How much each head looks at the token just before, on random tokens. → (layer, head), 0 to 1."""
    length = min(length, gpt.config.n_ctx)
    scores = [
        patterns(trace(gpt, random_tokens(gpt, length, seed))).diagonal(-1, dim1=-2, dim2=-1).mean(-1)
        for seed in range(texts)
    ]
    return torch.stack(scores).mean(0)


def induction(gpt: GPT, texts: int = 8, length: int = 25) -> Tensor:
    """How much each head looks from a repeated random token at what followed it the first time.

    → (layer, head), 0 to 1. Olsson et al. 2022, "In-context learning and induction heads".
    """
    length = min(length, gpt.config.n_ctx // 2)
    scores = []
    for seed in range(texts):
        once = random_tokens(gpt, length, seed)
        back = patterns(trace(gpt, once + once)).diagonal(1 - length, dim1=-2, dim2=-1)  # (layer, head, length + 1)
        scores.append(back[..., 1:].mean(-1))
    return torch.stack(scores).mean(0)


def copying(gpt: GPT, cases: Iterable[Case], without: Iterable[str] = ()) -> Tensor:
    """How much each head looks, where a list is told again, at the word to be copied. → (layer, head), 0 to 1.

    without: parts that are switched off meanwhile, as in `trace`.
    """
    scores = []
    for case in cases:
        traced = trace(gpt, case.prompt, without)
        there = (traced.ids == first_ids(gpt, case.right)[0]).nonzero().flatten()
        if len(there):  # else it began a sentence the first time, with a capital
            scores.append(patterns(traced)[..., -1, there].sum(-1))
    return torch.stack(scores).mean(0)


def first_token(gpt: GPT, texts: Iterable[Prompt]) -> Tensor:
    """How much each head looks at the very first token, from every later one. → (layer, head), 0 to 1."""
    return torch.stack([patterns(trace(gpt, text))[..., 1:, 0].mean(-1) for text in texts]).mean(0)


def first_handed_over(gpt: GPT, texts: Iterable[Prompt]) -> Tensor:
    """How long what the first token hands over is, beside the mean length of what the others do. → (layer, head)"""
    heads = [[(layer, head) for head in range(gpt.config.n_head)] for layer in range(gpt.config.n_layer)]
    found = []
    for text in texts:
        traced = trace(gpt, text)
        lengths = torch.stack([torch.stack([handed_over(traced, *at).norm(dim=-1) for at in row]) for row in heads])
        found.append(lengths[..., 0] / lengths[..., 1:].mean(-1))
    return torch.stack(found).mean(0)


def token_at(traced: Trace, span: Span) -> int:
    """The position of the token that holds the last character of `span`. For text whose tokens are whole characters."""
    end = 0
    for position, token in enumerate(traced.tokens):
        end += len(token)
        if end >= span[1]:
            return position
    raise ValueError(f"characters {span} lie outside the {end} of this text")


def links(gpt: GPT, cases: Iterable[Case]) -> Tensor:
    """How much each head looks from a word to the words it is linked to, beyond what position alone gives.

    For each case, the weights from a word to all of its links are added up. The baseline is the mean weight the same
    head gives, in the same text, to the same distances from every other token that has them. → (layer, head)
    """
    scores = []
    for case in cases:
        traced = trace(gpt, case.prompt)
        pattern = patterns(traced)  # (layer, head, query, key)
        pairs = {(token_at(traced, start), token_at(traced, end)) for start, end in case.links}
        linked = {query for query, _ in pairs}
        for query in linked:
            distances = [query - key for q, key in pairs if q == query]
            others = [t for t in range(max(distances), len(traced.tokens)) if t not in linked]
            beyond = [
                pattern[..., query, query - d] - pattern[..., others, [t - d for t in others]].mean(-1)
                for d in distances
            ]
            scores.append(torch.stack(beyond).sum(0))
    return torch.stack(scores).mean(0)


def mood_links(case: Case) -> Case:
    """A case of the family "moods", with links from its last character to every word of its mood told before."""
    moods = [{word for words in mood.values() for word in words} for mood in world.ground_truth()["moods"].values()]
    mood = next(words for words in moods if words.issuperset(case.right))
    told = [match.span() for match in re.finditer(r"[^\W\d_]+", case.prompt) if match[0].lower() in mood]
    due = len(case.prompt) - 1, len(case.prompt)
    return case._replace(links=tuple((due, word) for word in told))


def averaged(traced: Trace) -> Trace:
    """The text of a trace run again, each head using the mean of all patterns of its layer in place of its own."""
    patch: dict[tuple, Tensor] = {}
    for layer in range(traced.gpt.config.n_layer):
        here = traced.again(patch=patch)  # the layers below have been averaged already
        mean = layer_patterns(here, layer).mean(0)  # (query, key)
        patch |= {("z", layer, head): mean @ v for head, v in enumerate(here.v[layer])}
    return traced.again(patch=patch)


def layer_patterns(traced: Trace, layer: int) -> Tensor:
    """The patterns of one layer, (head, query, key); not remembered, as a large model has hundreds of them."""
    attn: Any = traced.gpt.blocks[layer].attn
    with torch.no_grad():
        return attn.pattern(attn.masked(attn.scaled(attn.scores(traced.q[layer], traced.k[layer]))))


def telling_pair(traced: Trace, layer: int, head: int) -> tuple[int, int]:
    """(query, key) of a head's largest weight on an earlier token, the first left out where there is another."""
    T = len(traced)
    return divmod(int(_earlier(layer_patterns(traced, layer)[head]).argmax()), T) if T > 2 else (T - 1, 0)


def telling_look(
    traced: Trace,
    layer: int | None = None,
    head: int | None = None,
    query: int | None = None,
    key: int | None = None,
) -> tuple[int, int, int, int]:
    """(layer, head, query, key): what is given, the rest where the largest weight on an earlier token is."""
    config, T = traced.gpt.config, len(traced)
    layers = range(config.n_layer) if layer is None else [check("layer", layer, config.n_layer)]
    heads = list(range(config.n_head)) if head is None else [check("head", head, config.n_head)]
    if len(layers) * len(heads) > 1:
        most = torch.stack([_earlier(layer_patterns(traced, each)[heads]).amax((-2, -1)) for each in layers])
        best, other = divmod(int(most.argmax()), len(heads))
    else:
        best = other = 0
    layer, head = layers[best], heads[other]
    pair = telling_pair(traced, layer, head)
    query = pair[0] if query is None else check("position", query, T)
    if key is None:
        key = pair[1] if query == pair[0] else 0
        if query not in (pair[0], 0, 1):
            key = 1 + int(layer_patterns(traced, layer)[head][query, 1:query].argmax())
    return layer, head, query, check("position", key, T)


def _earlier(weights: Tensor) -> Tensor:
    """Weights on earlier tokens, the first left out where there is another; 0 elsewhere."""
    earlier = weights.tril(-1)
    if weights.shape[-1] > 2:
        earlier[..., 0] = 0
    return earlier


def head_roles(gpt: GPT, cases: int = 30) -> dict[str, Tensor]:
    """What heads do, measured: role → (layer, head), each a share of attention from 0 to 1.

    On random tokens "previous", "first" and "induction"; for a GPT of the tiny world also "copying", "adjective" and
    "reference", on `cases` held-out texts each, the last two beyond what position alone gives.
    """
    few = 8 if gpt.config.n_layer * gpt.config.n_head <= 64 else 2  # texts: a large model takes long to run
    texts = [random_tokens(gpt, min(50, gpt.config.n_ctx), seed) for seed in range(few)]
    roles = {
        "previous": previous_token(gpt, few),
        "first": first_token(gpt, texts),
        "induction": induction(gpt, few),
    }
    if of_the_world(gpt):
        asked: dict[str, list[Case]] = {}
        for case in world.cases(0, cases):
            asked.setdefault(case.claim, []).append(case)
        roles["copying"] = copying(gpt, asked["copy"])
        roles["adjective"] = links(gpt, asked["adjective_recall"])
        roles["reference"] = links(gpt, asked["reference"])
    return roles


def adjectives_asked(cases: int = 30) -> list[Case]:
    """Held-out texts of the tiny world that end in "The creature was", with links from there to its own adjectives."""
    asked = [case for case in world.cases(0, 2 * cases) if case.claim == "adjective_recall" and not case.links]
    return [
        case._replace(links=tuple((span(case.prompt, "was", -1), span(case.prompt, told)) for told in case.right))
        for case in asked[:cases]
    ]


def told_and_asked(gpt: GPT, cases: int = 30) -> tuple[Tensor, Tensor]:
    """How much each head looks at a noun's own adjectives, beyond position: from the noun that they introduce, and from
    the "was" that asks for them later, on `adjectives_asked`. → two of (layer, head)
    """
    asked = adjectives_asked(cases)
    told = []
    for case in asked:
        noun = span(case.prompt, case.prompt.split()[-2])  # where it comes first
        told.append(case._replace(links=tuple((noun, there) for _, there in case.links)))
    return links(gpt, told), links(gpt, asked)
