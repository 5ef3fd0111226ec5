"""What a trained model does, measured: scores of heads, and the claims of the model card.

Scores of heads need a model and texts; the claims also need the tiny world's ground truth, on combinations held out of
training. Every claim is a sentence, the number behind it and, where there is one, the threshold it has to meet.
"""

import copy
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import permutations
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gptviz import world
from gptviz.edits import Edits, check
from gptviz.geometry import analogy, contributions, handed_over, promoted, word_vector
from gptviz.model import GPT, Tap, untouched
from gptviz.sampling import Prompt, distribution, prompt_ids
from gptviz.tracing import RARELY, Trace, shown, trace
from gptviz.world.grammar import Case, Span, span
from gptviz.world.people import PEOPLE, SPORTS


class Claim(NamedTuple):
    """`sentence`, and the number it rests on. `threshold` None: reported, whatever the answer."""

    id: str
    sentence: str
    value: float
    threshold: float | None = None
    at_most: bool = False

    @property
    def passed(self) -> bool:
        if self.threshold is None:
            return True
        return self.value <= self.threshold if self.at_most else self.value >= self.threshold


# ── scores of heads: (layer, head) tables ────────────────────────────────────────────────────────────────────────────


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


# ── order and position ───────────────────────────────────────────────────────────────────────────────────────────────


def unmasked(gpt: GPT) -> GPT:
    """The same GPT without its mask: a copy in which every token looks at every other, later ones too."""
    free: Any = copy.deepcopy(gpt)
    for block in free.blocks:
        block.attn.masked = lambda scaled: scaled
        block.attn.mix = F.scaled_dot_product_attention
    return free


def order_seen(gpt: GPT, prompt: Prompt, without: Iterable[str] = ("pos",), shuffles: int = 20) -> Tensor:
    """How far the last token's row moves when the tokens before it change places: 0 where the order is not seen.

    → (n_layer,), after each block: the largest of its d_model differences, the median over `shuffles` orders.
    """
    ids = torch.tensor(prompt_ids(gpt, prompt))
    if len(ids) < 3:
        raise ValueError(f"two tokens before the last can change places; expected at least 3 tokens, got {len(ids)}")
    dice, usual = torch.Generator().manual_seed(0), trace(gpt, ids, without)
    before = torch.stack([row[-1] for row in usual.resid_post])  # (n_layer, C)
    moved = []
    for _ in range(shuffles):
        order = torch.randperm(len(ids) - 1, generator=dice)
        while bool((order.diff() > 0).all()):  # as it was
            order = torch.randperm(len(ids) - 1, generator=dice)
        mixed = trace(gpt, torch.cat([ids[order], ids[-1:]]), without)
        moved.append((torch.stack([row[-1] for row in mixed.resid_post]) - before).abs().amax(-1))
    return torch.stack(moved).median(0).values


def surprise(runs: Iterable[Trace]) -> float:
    """Mean surprise, −ln p, at the tokens that came, over all tokens of several traces but their first; in nats."""
    each = [F.cross_entropy(run.logits[:-1], run.ids[1:], reduction="none") for run in runs]
    return float(torch.cat(each).mean())


def looking_back(gpt: GPT, layer: int, head: int, without: Iterable[str] = (), furthest: int = 12) -> Tensor:
    """The weight a head gives to itself, the token before, the one before that …, on random tokens.

    → (furthest + 1,): the mean over all tokens that have so many before them, and over 8 texts.
    """
    length = min(50, gpt.config.n_ctx)
    furthest = min(furthest, length - 1)
    weights = torch.stack(
        [trace(gpt, random_tokens(gpt, length, seed), without).pattern[layer, head] for seed in range(8)]
    ).mean(0)
    return torch.stack([weights.diagonal(-back)[furthest - back :].mean() for back in range(furthest + 1)])


def place_error(gpt: GPT, without: Iterable[str] = (), length: int = 64) -> Tensor:
    """How many tokens off is a linear guess at a token's place that reads its row alone: before the blocks, after each.

    → (n_layer + 1,): mean distance, on 30 texts; the guess is fitted, by least squares, to 100 others (Alain & Bengio
    2016). The texts are of random tokens, so that no word betrays its place. A blind guess is `length / 4` off.
    """
    length = min(length, gpt.config.n_ctx)
    rows = []
    for seed in range(130):
        traced = trace(gpt, random_tokens(gpt, length, seed), without)
        rows.append(torch.stack([traced.resid_pre[0], *traced.resid_post]))  # (stages, T, C)
    read = torch.stack(rows, 1).double()  # (stages, texts, T, C)
    read = torch.cat([read, torch.ones_like(read[..., :1])], -1)
    places = torch.arange(length).double()
    fitted, tried = read[:, :100].flatten(1, 2), read[:, 100:]
    wanted = places.repeat(100)[None, :, None].expand(len(read), -1, -1)
    guess = tried @ torch.linalg.lstsq(fitted, wanted).solution[:, None]  # (stages, texts, T, 1)
    return (guess[..., 0] - places).abs().mean((1, 2)).float()


# ── neurons: what fires them ─────────────────────────────────────────────────────────────────────────────────────────


class Exciting(NamedTuple):
    """What fires each neuron most in a sample of texts: the k texts in which it fires most, and where in them."""

    texts: list[list[int]]  # token ids
    values: Tensor  # (layer, neuron, k): after GELU, the largest first
    text: Tensor  # (layer, neuron, k): which of `texts`
    position: Tensor  # (layer, neuron, k)


@torch.inference_mode()
def exciting(gpt: GPT, prompts: Iterable[Prompt], k: int = 8, batch: int = 25) -> Exciting:
    """Run texts, each cut at `n_ctx` tokens, and keep for every neuron the k that excite it most."""
    texts = [prompt_ids(gpt, prompt)[: gpt.config.n_ctx] for prompt in prompts]
    if not texts:
        raise ValueError("expected at least one text, got none")
    best: list[list[Tensor]] = [[] for _ in range(gpt.config.n_layer)]
    where: list[list[Tensor]] = [[] for _ in range(gpt.config.n_layer)]
    for start in range(0, len(texts), batch):
        part = [torch.tensor(ids) for ids in texts[start : start + batch]]
        padded = torch.nn.utils.rnn.pad_sequence(part, batch_first=True)  # (B, T), filled up where nobody looks
        beyond = torch.arange(padded.shape[1]) >= torch.tensor([len(ids) for ids in part])[:, None]

        def keep(name: str, layer: int, value: Tensor, beyond: Tensor = beyond) -> Tensor:
            if name == "neurons":
                value_there, position = value.masked_fill(beyond[..., None], -torch.inf).max(1)  # (B, neuron)
                best[layer].append(value_there)
                where[layer].append(position)
            return value

        gpt.final(padded, tap=keep)
    found = torch.stack([torch.cat(rows) for rows in best])  # (layer, text, neuron)
    places = torch.stack([torch.cat(rows) for rows in where])
    top = found.topk(min(k, len(texts)), dim=1)
    positions = places.gather(1, top.indices)
    return Exciting(texts, *(each.transpose(1, 2) for each in (top.values, top.indices, positions)))


_sampled: "WeakKeyDictionary[GPT, tuple[int, Exciting]]" = WeakKeyDictionary()
_of_the_world: "WeakKeyDictionary[GPT, bool]" = WeakKeyDictionary()


def of_the_world(gpt: GPT, sample: int = 20) -> bool:
    """Whether a GPT was trained on the tiny world: most of its words are single tokens that training saw."""
    if gpt.token_counts is None or gpt.tokenizer is None:
        return False
    if gpt in _of_the_world:
        return _of_the_world[gpt]
    words = {word for document in world.documents(0, sample) for word in re.findall(r" [^\W\d_]+", document.text)}
    encoded = [gpt.tokenizer.encode(word) for word in words]
    known = [len(ids) == 1 and int(gpt.token_counts[ids[0]]) >= RARELY for ids in encoded]
    _of_the_world[gpt] = sum(known) >= 0.9 * len(known)
    return _of_the_world[gpt]


def world_sample(gpt: GPT, texts: int = 100, seed: int = 1_000_003) -> Exciting:
    """What fires each neuron most in documents that no training saw; measured once per GPT, and again if it changes."""
    version = sum(weight._version for weight in gpt.parameters())
    if gpt not in _sampled or _sampled[gpt][0] != version:
        _sampled[gpt] = version, exciting(gpt, [document.text for document in world.documents(seed, texts)])
    return _sampled[gpt][1]


class Context(NamedTuple):
    """One place where a neuron fires: the words before, the token at which it does, those after, and how strongly."""

    before: str
    token: str
    after: str
    value: float


def excited_by(traced: Trace, layer: int, neuron: int, k: int = 8) -> tuple[list[Context], bool]:
    """What excites a neuron most, best first, and whether that was measured on a sample of the corpus.

    Of a model that is not of the tiny world we have no corpus: then these are the k tokens of the trace's own text.
    """
    gpt = traced.gpt
    if of_the_world(gpt):
        found = world_sample(gpt)
        text, position = found.text[layer, neuron].tolist()[:k], found.position[layer, neuron].tolist()[:k]
        places = [(found.texts[t], p) for t, p in zip(text, position, strict=True)]
        return [
            _context(gpt, *at, v) for at, v in zip(places, found.values[layer, neuron].tolist(), strict=False)
        ], True
    top = traced.neurons[layer][:, neuron].sort(descending=True, stable=True)
    own = zip(top.indices.tolist()[:k], top.values.tolist(), strict=False)
    return [_context(gpt, traced.ids.tolist(), position, value) for position, value in own], False


def _context(gpt: GPT, ids: list[int], position: int, value: float) -> Context:
    before, after = ids[max(0, position - 8) : position], ids[position + 1 : position + 4]
    return Context("".join(shown(gpt, before)), shown(gpt, [ids[position]])[0], "".join(shown(gpt, after)), value)


def telling_neuron(traced: Trace, position: int = -1, tries: int | None = None) -> tuple[int, int]:
    """The neuron (layer, neuron) without which the prediction at a position moves most.

    Tried are those that push the likeliest token up most by themselves: 24, or as many as take no time.
    """
    gpt, config = traced.gpt, traced.gpt.config
    position = check("position", position, len(traced))
    tries = min(24, tries_at_once(traced)) if tries is None else tries
    best = int(probs_at(traced, position).argmax())
    wanted = gpt.unembed.weight[best] * gpt.ln_final.weight
    pushes = []
    with torch.no_grad():
        for layer in range(config.n_layer):
            block: Any = gpt.blocks[layer]
            columns = block.mlp.down.weight  # (C, d_mlp)
            pushes.append(traced.neurons[layer][position] * (wanted @ (columns - columns.mean(0))))
    first = torch.stack(pushes).flatten().topk(min(tries, config.n_layer * config.d_mlp)).indices.tolist()
    tried = {at: f"L{at // config.d_mlp}N{at % config.d_mlp}" for at in first}
    if len(tried) > 1:
        moved = dict(knocked_out(traced, position, tried.values()))
        first.sort(key=lambda at: -moved[tried[at]])
    return divmod(first[0], config.d_mlp)


def chosen_neuron(traced: Trace, layer: int | None, neuron: int | None, position: int) -> tuple[int, int]:
    """The neuron that was asked for; of a layer alone, its most active one; of nothing, the most telling one."""
    if layer is None and neuron is None:
        return telling_neuron(traced, position)
    if layer is None:
        raise ValueError(f"a neuron is named by its layer and its number, got neuron {neuron} without a layer")
    layer = check("layer", layer, traced.gpt.config.n_layer)
    if neuron is None:
        return layer, int(traced.neurons[layer][position].argmax())
    return layer, check("neuron", neuron, traced.gpt.config.d_mlp)


def most_active(traced: Trace, layer: int, k: int = 24) -> list[int]:
    """The k neurons of a layer that fire most strongly somewhere in the text, the strongest first."""
    neurons = traced.neurons[layer]
    return neurons.abs().amax(0).sort(descending=True, stable=True).indices[:k].tolist()


# ── knock-outs: what the prediction owes to each part ────────────────────────────────────────────────────────────────


def kl_bits(before: Tensor, after: Tensor) -> Tensor:
    """Σ p log₂(p ÷ q), in bits: what believing q costs per token where p is true. (…, V), (…, V) → (…)

    0 only where the two distributions are the same. Kullback & Leibler 1951.
    """
    p, q = (each.double() / each.double().sum(-1, keepdim=True) for each in (before, after))  # 1, but for rounding
    tiny = torch.finfo(torch.float64).tiny
    terms = p * (p.clamp_min(tiny).log2() - q.clamp_min(tiny).log2())  # where p is 0, nothing is lost
    return terms.sum(-1).clamp_min(0)


def parts(gpt: GPT) -> list[str]:
    """Every head and MLP, in the order in which they work: "L0H0", …, "L0MLP", "L1H0", …"""
    config = gpt.config
    return [f"L{l}{part}" for l in range(config.n_layer) for part in (*(f"H{h}" for h in range(config.n_head)), "MLP")]


def probs_at(traced: Trace, position: int) -> Tensor:
    """The distribution after one position, (vocabulary,), without computing those after all others."""
    with torch.no_grad():
        return distribution(traced.gpt.unembed(traced.final[position]))


def probs_after(
    traced: Trace,
    position: int,
    without: Iterable[str] = (),
    patch: Mapping[tuple, Tensor] | None = None,
    scale: Mapping[str, float] | None = None,
) -> Tensor:
    """The distribution at a position when the text is run again with further edits (see `Trace.again`). (vocabulary,)

    Run again is only what they can change: from the stream that enters the first block they touch.
    """
    gpt, T = traced.gpt, len(traced)
    first = Edits(gpt.config, T, without, patch, scale).first_layer()
    patches, factors = traced.edited(without, patch, scale)
    if first < 0:
        return probs_at(traced.again(without, patch, scale), position)
    tap = Edits(gpt.config, T, patch=patches, scale=factors).tap
    with torch.no_grad():
        x = traced.resid_post[-1][None] if first == gpt.config.n_layer else traced.resid_pre[first][None]  # (1, T, C)
        for layer in range(first, gpt.config.n_layer):
            x = gpt.blocks[layer](x, layer, tap)
        return distribution(gpt.unembed(tap("final", 0, gpt.ln_final(x))[0, position]))


def knocked_out(traced: Trace, position: int = -1, names: Iterable[str] | None = None) -> Iterator[tuple[str, float]]:
    """Each part switched off alone, all else as in the trace: how far the next-token distribution at a position moves.

    names: parts, all heads and MLPs unless given. Yields (part, KL divergence in bits) one by one, as they are run.
    """
    position = check("position", position, len(traced))
    before = probs_at(traced, position)
    for part in parts(traced.gpt) if names is None else names:
        yield part, float(kl_bits(before, probs_after(traced, position, without=[part])))


def lost(traced: Trace, token_id: int, position: int = -1) -> dict[str, float]:
    """How much of one logit goes with each head and MLP: the logit as it is, minus the logit without that part.

    Unlike `geometry.contributions`, it counts what later parts make of this one's output too, and the last LayerNorm's
    new scale.
    """
    position = check("position", position, len(traced))
    logit = float(traced.logits[position, check("token_id", token_id, traced.gpt.config.vocab_size)])
    without = {part: traced.again(without=[part]) for part in parts(traced.gpt)}
    return {part: logit - float(changed.logits[position, token_id]) for part, changed in without.items()}


def patched_places(traced: Trace, other: Trace, columns: int) -> Tensor:
    """The last distribution when one row of the stream, after one block, is that of another text with the same ending.

    Rows are counted from the end, so the texts may differ in length. columns: how many of the last tokens are tried.
    → (n_layer, columns, vocabulary), the earliest token first
    """
    if not 1 <= columns <= min(len(traced), len(other)):
        raise ValueError(f"columns must be 1..{min(len(traced), len(other))} for these texts, got {columns}")
    return torch.stack(
        [
            torch.stack(
                [
                    probs_after(
                        traced, len(traced) - 1, patch={("resid_post", layer, -back): other.resid_post[layer][-back]}
                    )
                    for back in range(columns, 0, -1)
                ]
            )
            for layer in range(traced.gpt.config.n_layer)
        ]
    )


def silenced(traced: Trace, position: int = -1) -> Tensor:
    """How far a prediction moves when one earlier token hands over nothing: its values are 0 in every head.

    → (position,): for each token before, the KL divergence in bits.
    """
    config, position = traced.gpt.config, check("position", position, len(traced))
    before, nothing = probs_at(traced, position), torch.zeros(config.d_head)
    heads = [(layer, head) for layer in range(config.n_layer) for head in range(config.n_head)]
    moved = []
    for token in range(position):
        patch = {("v", *head, token): nothing for head in heads}
        moved.append(kl_bits(before, probs_after(traced, position, patch=patch)))
    return torch.stack(moved).float()


def swapped_senses(gpt: GPT) -> dict[str, tuple[float, float]]:
    """Where the sense of a word of the tiny world is read: word → the share of the other sense's topics after a swap.

    "If you say Eiffel tower, I think of" gets one row, after block 0, from the same text with the other sense's cue:
    the row of the cue (the first share); or the row of the word itself, after whichever block gives the other sense
    most (the second). Mean over both directions. Of the cues one is taken whose last word is a single token.
    """
    found = {}
    for word, senses in world.ground_truth()["senses"].items():
        shares = []
        for one, two in permutations(senses.values(), 2):
            here, there = (trace(gpt, f"If you say {_whole(gpt, s.cues)} {word}, I think of") for s in (one, two))
            back = len(here) - token_at(here, (0, here.text.index(f" {word},") + len(word) + 1))
            own, other = first_ids(gpt, one.topics), first_ids(gpt, two.topics)
            for places, layers in ((back + 1, [0]), (back, range(gpt.config.n_layer))):
                most = 0.0
                for layer in layers:
                    patch = {("resid_post", layer, -places): there.resid_post[layer][-places]}
                    probs = probs_after(here, len(here) - 1, patch=patch)
                    most = max(most, float(probs[other].sum() / probs[[*own, *other]].sum()))
                shares.append(most)
        found[word] = sum(shares[::2]) / 2, sum(shares[1::2]) / 2
    return found


def _whole(gpt: GPT, cues: Sequence[str]) -> str:
    """The first cue whose last word is one token; the first of all where none is."""
    return next((cue for cue in cues if len(gpt.tokenizer.encode(f" {cue.split()[-1]}")) == 1), cues[0])


def tries_at_once(traced: Trace) -> int:
    """How many runs of this text take well under half a second: all parts of the tiny GPT, one run of a large one."""
    return max(1, 4 * 10**9 // (len(traced) * sum(weight.numel() for weight in traced.gpt.parameters())))


def telling_head(traced: Trace, position: int = -1) -> str:
    """The head without which the prediction at a position moves most; of a large model, which would take long, the one
    that by itself pushes the likeliest token most, up or down."""
    heads = [part for part in parts(traced.gpt) if "H" in part]
    if len(heads) <= tries_at_once(traced):
        moved = dict(knocked_out(traced, position, heads))
    else:
        best = int(probs_at(traced, position).argmax())
        moved = {part: abs(share) for part, share in contributions(traced, best, position).items() if part in heads}
    return max(heads, key=lambda head: moved[head])


def either(before: Tensor, after: Tensor, k: int = 10) -> list[int]:
    """The k tokens that are likely before or after a change, in the order of before. (V,), (V,) → ids"""
    ids = torch.maximum(before, after).sort(descending=True, stable=True).indices[:k]
    return sorted(ids.tolist(), key=lambda token: -float(before[token]))


# ── averaging and attending ──────────────────────────────────────────────────────────────────────────────────────────


def through_heads(gpt: GPT, prompts: Iterable[Prompt], length: int) -> tuple[Tensor, Tensor]:
    """What goes into every head and what comes out: `v` and `z` of the first `length` tokens of each text.

    Shorter texts are left out. → two of (texts, layer, head, length, d_head); z is what the head's own pattern, which
    differs from text to text, makes of v.
    """
    ids = [each[:length] for each in (prompt_ids(gpt, prompt) for prompt in prompts) if len(each) >= length]
    traces = [trace(gpt, each) for each in ids]
    values, mixtures = (torch.stack([getattr(traced, name)[:] for traced in traces]) for name in "vz")
    return values, mixtures


def left_over(weights: Tensor, values: Tensor, mixtures: Tensor) -> Tensor:
    """The share of the mixtures' squares that fixed weights miss: 0 is a perfect imitation. → (layer, head)

    weights: (layer, head, T, T), the same for all texts. values, mixtures: as `through_heads` gives them.
    """
    missed = (weights @ values - mixtures).square().sum((0, -2, -1))
    return missed / mixtures.square().sum((0, -2, -1))


def dot_products(d_head: int, keys: int = 16, draws: int = 500, seed: int = 0) -> Tensor:
    """q · k of random queries with `keys` random keys each, every number normal with spread 1. → (draws, keys)"""
    dice = torch.Generator().manual_seed(seed)
    q, k = torch.randn(draws, d_head, generator=dice), torch.randn(draws, keys, d_head, generator=dice)
    return (k @ q[..., None])[..., 0]


def reaction(weights: Tensor) -> Tensor:
    """How much all weights of a row react when their own scores are nudged: Σ ∂wᵢ/∂sᵢ = Σ wᵢ(1 − wᵢ). (…, T) → (…)

    Near 1 where many share; 0 where one has everything: softmax is saturated, and no gradient comes through.
    """
    w = weights.double()
    return (w * (1 - w)).sum(-1)


def longest_chain(result: Tensor) -> int:
    """How many differentiable operations had to wait for one another until `result` was there.

    The longest path back through what autograd recorded, so something in it must require a gradient.
    """
    if result.grad_fn is None:
        raise ValueError("nothing was recorded for this tensor: compute it from one that requires a gradient")
    longest: dict[Any, int] = {}
    to_do = [result.grad_fn]
    while to_do:
        step = to_do[-1]
        before = [each for each, _ in step.next_functions if each is not None]
        unknown = [each for each in before if each not in longest]
        if unknown:
            to_do.extend(unknown)
        else:
            longest[to_do.pop()] = 1 + max((longest[each] for each in before), default=0)
    return longest[result.grad_fn]


# ── facts about people: which neurons they need, how names add up, what a straight MLP would know ────────────────────

ABOUT = "Let me tell you about {0}. {0} loves"  # what follows is the person's sport


def facts(gpt: GPT, without: Iterable[str] = ()) -> Tensor:
    """The probability of the right sport after `ABOUT`, for everybody in `world.people.PEOPLE`. → (people,)"""
    prompts = [ABOUT.format(person.full) for person in PEOPLE]
    right = first_ids(gpt, [person.sport for person in PEOPLE])
    return next_token_probs(gpt, prompts, without=without)[range(len(prompts)), right]


@torch.no_grad()
def neuron_worth(traced: Trace, token_id: int, position: int = -1, batch: int = 256) -> Tensor:
    """What each neuron alone is worth to one next token: how many bits its log₂-probability falls with it switched off.

    Below 0 where the token is likelier without the neuron. Every neuron is tried, each in a run of its own, at all
    positions of the text. → (layer, neuron)
    """
    gpt, config = traced.gpt, traced.gpt.config
    if traced.edits:
        raise ValueError("the trace must be of the model as it is, without edits")
    position = check("position", position, len(traced))
    before = traced.logits[position].log_softmax(-1)[token_id]
    fallen = torch.empty(config.n_layer, config.d_mlp)
    for layer, (fired, after) in enumerate(zip(traced.neurons, traced.resid_post, strict=True)):
        block: Any = gpt.blocks[layer]
        for some in torch.arange(config.d_mlp).split(batch):
            x = after - fired.T[some, :, None] * block.mlp.down.weight.T[some, None]  # (batch, T, C)
            for later in range(layer + 1, config.n_layer):
                x = gpt.blocks[later](x, later)
            log_probs = gpt.unembed(gpt.ln_final(x[:, position])).log_softmax(-1)[:, token_id]
            fallen[layer, some] = (before - log_probs) / torch.log(torch.tensor(2.0))
    return fallen


def ranked_neurons(worth: Tensor) -> list[str]:
    """The names of all neurons, as in "L2N37", the one that is worth most first. worth: (layer, neuron)"""
    order = worth.flatten().argsort(descending=True, stable=True).tolist()
    return [f"L{i // worth.shape[1]}N{i % worth.shape[1]}" for i in order]


class Names(NamedTuple):
    """What a GPT makes of every first name with every last name, whether there is such a person or not."""

    firsts: list[str]
    lasts: list[str]
    sports: list[str]
    probs: Tensor  # (first, last, sport): what follows `ABOUT`
    logits: Tensor  # (first, last, sport): each minus the mean over the sports
    asked: Tensor  # (first, last, layer, neuron): at the last token, before GELU
    fired: Tensor  # (first, last, layer, neuron): after GELU

    def at(self, full: str) -> tuple[int, int]:
        """Row and column of a name."""
        first, last = full.split()
        return self.firsts.index(first), self.lasts.index(last)


@torch.no_grad()
def names(gpt: GPT) -> Names:
    """Every first name of the people with every last name, asked for the sport."""
    firsts, lasts = (sorted({getattr(person, part) for person in PEOPLE}) for part in ("first", "last"))
    sports, shape = list(SPORTS), (len(firsts), len(lasts), -1)
    encoded = [torch.tensor(gpt.tokenizer.encode(ABOUT.format(f"{f} {l}"))) for f in firsts for l in lasts]
    end = (torch.arange(len(encoded)), torch.tensor([len(ids) - 1 for ids in encoded]))
    asked: list[Tensor] = []
    fired: list[Tensor] = []

    def keep(name: str, layer: int, value: Tensor) -> Tensor:
        block: Any = gpt.blocks[layer]
        if name == "resid_mid":
            asked.append(block.mlp.up(block.ln_mlp(value[end])))
        if name == "neurons":
            fired.append(value[end])
        return value

    final = gpt.final(torch.nn.utils.rnn.pad_sequence(encoded, batch_first=True), keep)  # (names, T, C)
    logits, ids = gpt.unembed(final[end]), first_ids(gpt, sports)
    both = (torch.stack(each, 1).view(*shape[:2], gpt.config.n_layer, -1) for each in (asked, fired))
    among = logits[:, ids] - logits[:, ids].mean(-1, keepdim=True)
    return Names(firsts, lasts, sports, logits.softmax(-1)[:, ids].view(shape), among.view(shape), *both)


def added_up(table: Tensor) -> Tensor:
    """The table that comes closest to this one if a row and a column may only add: (rows, columns, …) → the same."""
    return table.mean(1, keepdim=True) + table.mean(0, keepdim=True) - table.mean((0, 1))


def truth_table(table: Tensor, row: int, column: int) -> Tensor:
    """A table as four cells, [this row?, this column?]: means over all the others. (rows, columns, …) → (2, 2, …)"""
    rows, columns = (torch.arange(n) != i for n, i in zip(table.shape[:2], (row, column), strict=True))
    cells = [[table[some][:, others].mean((0, 1)) for others in (columns, ~columns)] for some in (rows, ~rows)]
    return torch.stack([torch.stack(each) for each in cells])


def pushes(found: Names, full: str) -> tuple[Tensor, Tensor, Tensor]:
    """What other names say of every sport, and how much more a full name's two parts push it, each with other names.

    → neither, first − neither, last − neither: (sport,) each. The full name itself is in none of them.
    """
    table = truth_table(found.logits, *found.at(full))  # (2, 2, sport)
    return table[0, 0], table[1, 0] - table[0, 0], table[0, 1] - table[0, 0]


def gates(found: Names, full: str) -> list[str]:
    """The neurons that come closest to an AND of a full name: they fire for it, with more than 1/2, and more than twice
    as strongly as, on average, for the first name with other last names, for the last with other first ones, for none.
    """
    table = truth_table(found.fired, *found.at(full))  # (2, 2, layer, neuron)
    fires = (table[1, 1] > 0.5) & (table[1, 1] > 2 * torch.stack([table[0, 0], table[0, 1], table[1, 0]]).amax(0))
    return [f"L{layer}N{neuron}" for layer, neuron in fires.nonzero().tolist()]


def says(gpt: GPT, part: str, k: int = 5) -> list[str]:
    """The k tokens that the column of a neuron, named as in "L2N37", pushes up most."""
    layer, neuron = (int(number) for number in part[1:].split("N"))
    return shown(gpt, promoted(gpt, layer, neuron).topk(k).indices.tolist())


class Straight(nn.Linear):
    """In place of an MLP: one matrix and a bias, no bend. (…, C) → (…, C)"""

    def forward(self, x: Tensor, layer: int = 0, tap: Tap = untouched) -> Tensor:
        return tap("mlp_out", layer, super().forward(x))


@torch.no_grad()
def straightened(gpt: GPT, layers: Iterable[int] | None = None, texts: int = 100, seed: int = 1_000_003) -> GPT:
    """A copy of a GPT in which the MLPs of some layers (all, unless given) are straight.

    Each becomes the matrix and bias that come closest to it, by least squares, on documents that no training saw.
    """
    layers = range(gpt.config.n_layer) if layers is None else [check("layer", l, gpt.config.n_layer) for l in layers]
    read: dict[int, list[Tensor]] = {layer: [] for layer in layers}
    for document in world.documents(seed, texts):

        def keep(name: str, layer: int, value: Tensor) -> Tensor:
            if name == "resid_mid" and layer in read:
                block: Any = gpt.blocks[layer]
                read[layer].append(block.ln_mlp(value)[0])  # (T, C)
            return value

        gpt.final(torch.tensor([gpt.tokenizer.encode(document.text)[: gpt.config.n_ctx]]), tap=keep)
    straight = copy.deepcopy(gpt)
    for layer in layers:
        bent: Any = gpt.blocks[layer]
        x = torch.cat(read[layer])
        fit = torch.linalg.lstsq(F.pad(x, (0, 1), value=1.0), bent.mlp(x)).solution  # (C + 1, C)
        line = Straight(gpt.config.d_model, gpt.config.d_model)
        line.weight.copy_(fit[:-1].T)
        line.bias.copy_(fit[-1])
        straight.blocks[layer].register_module("mlp", line)
    return straight


# ── next words, for many prompts at once ─────────────────────────────────────────────────────────────────────────────


@torch.inference_mode()
def next_token_probs(gpt: GPT, prompts: list[str], batch: int = 64, without: Iterable[str] = ()) -> Tensor:
    """Probabilities of the token after each prompt, (prompts, vocabulary). Padding comes after, where nobody looks.

    without: parts that are switched off, as in `trace`.
    """
    tap = Edits(gpt.config, gpt.config.n_ctx, without).tap
    encoded = [torch.tensor(gpt.tokenizer.encode(prompt)) for prompt in prompts]
    rows = []
    for start in range(0, len(encoded), batch):
        part = encoded[start : start + batch]
        final = gpt.final(torch.nn.utils.rnn.pad_sequence(part, batch_first=True), tap=tap)  # (batch, T, C)
        last = final[torch.arange(len(part)), [len(ids) - 1 for ids in part]]
        rows.append(gpt.unembed(last).softmax(-1))
    return torch.cat(rows)


def first_ids(gpt: GPT, words: Iterable[str]) -> list[int]:
    """The first token of each word as it stands inside a sentence, after a space; punctuation follows without one."""
    return [gpt.tokenizer.encode(f" {word}" if word[0].isalnum() else word)[0] for word in words]


def answered(gpt: GPT, cases: list[Case]) -> Tensor:
    """True where the most probable token starts a right word. → (cases,)"""
    best = next_token_probs(gpt, [case.prompt for case in cases]).argmax(-1).tolist()
    return torch.tensor([token in first_ids(gpt, case.right) for token, case in zip(best, cases, strict=True)])


def preferred(gpt: GPT, cases: list[Case]) -> Tensor:
    """True where the right words together are more probable than the wrong ones. → (cases,)"""
    probs = next_token_probs(gpt, [case.prompt for case in cases])
    better = []
    for row, case in zip(probs, cases, strict=True):
        right, wrong = set(first_ids(gpt, case.right)), set(first_ids(gpt, case.wrong))
        better.append(bool(row[sorted(right - wrong)].sum() > row[sorted(wrong - right)].sum()))
    return torch.tensor(better)


def share_right(gpt: GPT, cases: list[Case], without: Iterable[str] = ()) -> float:
    """The probability of the right words, together, after the prompt of each case; its mean. without: as in `trace`."""
    probs = next_token_probs(gpt, [case.prompt for case in cases], without=without)
    each = [row[sorted(set(first_ids(gpt, case.right)))].sum() for row, case in zip(probs, cases, strict=True)]
    return float(torch.stack(each).mean())


def share_right_without(gpt: GPT, cases: list[Case]) -> Tensor:
    """`share_right` with each head switched off alone. → (layer, head)"""
    heads = [[f"L{l}H{h}" for h in range(gpt.config.n_head)] for l in range(gpt.config.n_layer)]
    return torch.tensor([[share_right(gpt, cases, [head]) for head in row] for row in heads])


# ── the claims of the model card ─────────────────────────────────────────────────────────────────────────────────────


def word_pairs(kind: str) -> list[tuple[str, str]]:
    """Pairs of the tiny world that analogies are made of: "gender" or what belongs to a country, such as "capital"."""
    truth = world.ground_truth()
    if kind == "gender":
        return list(truth["pairs"])
    kinds = [field for field in truth["countries"][0]._fields if field not in ("country", "people")]
    if kind not in kinds:
        raise ValueError(f"kind must be gender, {', '.join(kinds)}, got {kind!r}")
    return [(country.country, getattr(country, kind)) for country in truth["countries"]]


def missed(gpt: GPT, pairs: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Of all pairs of pairs (a, b), (c, d) those for which b − a + c does not give d first, inputs left out.

    → [("b - a + c", the expected d, what came first instead), …]; Mikolov et al. 2013.
    """
    tried = [(f"{b} - {a} + {c}", d) for (a, b), (c, d) in permutations(pairs, 2)]
    found = [(each, wanted, analogy(gpt, each, k=1)[0][0].strip()) for each, wanted in tried]
    return [(each, wanted, first) for each, wanted, first in found if first != wanted]


def analogies(gpt: GPT, pairs: list[tuple[str, str]]) -> float:
    """The share of pairs of pairs that are not `missed`."""
    return 1 - len(missed(gpt, pairs)) / (len(pairs) * (len(pairs) - 1))


def rank(gpt: GPT, expression: str, answer: str, keep_inputs: bool = False) -> int:
    """The place of `answer` in the list an analogy gives, counted from 1."""
    found = analogy(gpt, expression, k=gpt.config.vocab_size, keep_inputs=keep_inputs)
    return 1 + [token.strip() for token, _ in found].index(answer)


def claims(gpt: GPT, n: int = 200, seed: int = 0) -> list[Claim]:
    """Every measured claim about a model of the tiny world. n: held-out cases per family."""
    truth = world.ground_truth()
    asked: dict[str, list[Case]] = {}
    for case in world.cases(seed, n):
        asked.setdefault(case.claim, []).append(case)
    return [
        *geometry_claims(gpt, truth),
        *text_claims(gpt, asked),
        *head_claims(gpt, asked),
        *sense_claims(gpt),
        entropy_claim(gpt, n),
    ]


def geometry_claims(gpt: GPT, truth: dict) -> list[Claim]:
    pairs, countries = truth["pairs"], truth["countries"]
    both_ways = [*pairs, *[(b, a) for a, b in pairs]]
    same_way = [
        analogies(gpt, pairs),
        analogies(gpt, both_ways[len(pairs) :]),
    ]
    claims = [
        Claim(
            "analogy.king",
            "king − man + woman: the place of queen, the inputs left out",
            rank(gpt, "king - man + woman", "queen"),
            1,
            True,
        ),
        Claim(
            "analogy.king.kept",
            "the same with the inputs left in",
            rank(gpt, "king - man + woman", "queen", keep_inputs=True),
        ),
        Claim("analogy.gender", "analogies between gender pairs that come out first", sum(same_way) / 2, 0.95),
    ]
    for attribute, threshold in {
        "capital": 0.95,
        "dish": 0.95,
        "leader": 0.90,
        "language": None,
        "currency": None,
    }.items():
        share = analogies(gpt, [(c.country, getattr(c, attribute)) for c in countries])
        claims.append(
            Claim(f"analogy.{attribute}", f"analogies country → {attribute} that come out first", share, threshold)
        )
    plural = word_vector(gpt, "cats") - word_vector(gpt, "cat")
    along = [float(word_vector(gpt, number) @ plural) for number in ("one", "two", "three", "four")]
    step = min(b - a for a, b in zip(along, along[1:], strict=False))
    claims.append(Claim("plural.order", "the smallest step of one, two, three, four along cats − cat", step, 0.0))
    return claims


def text_claims(gpt: GPT, asked: dict[str, list[Case]]) -> list[Claim]:
    share = lambda hits: float(hits.double().mean())  # noqa: E731
    mystery = preferred(gpt, asked["mystery"]) & answered(gpt, asked["mystery"])
    return [
        Claim(
            "adjective.recall",
            "held-out adjectives recalled later in the text",
            share(answered(gpt, asked["adjective_recall"])),
            0.95,
        ),
        Claim(
            "sense.before",
            "what follows fits the sense, the cue before the word",
            share(preferred(gpt, asked["sense_before"])),
            0.95,
        ),
        Claim(
            "sense.after",
            "what follows fits the sense, the cue after the word",
            share(preferred(gpt, asked["sense_after"])),
            0.95,
        ),
        Claim("fact.sport", "sports recalled from full names", share(answered(gpt, asked["fact_person_sport"])), 0.99),
        Claim("fact.age", "ages recalled from full names", share(answered(gpt, asked["fact_person_age"])), 0.99),
        Claim(
            "fact.swapped",
            "the old fact still said with one name replaced",
            share(answered(gpt, asked["fact_person_swapped"])),
            0.5,
            True,
        ),
        Claim(
            "copy", "words of a held-out list predicted in its second copy", share(answered(gpt, asked["copy"])), 0.95
        ),
        Claim(
            "mystery",
            "mysteries whose answer flips with a clue 40 tokens back",
            share(mystery.view(-1, 2).all(-1)),
            0.90,
        ),
        Claim("reference", "what follows a pronoun fits whom it means", share(preferred(gpt, asked["reference"]))),
        Claim("mood", "a text keeps its mood to the end", share(preferred(gpt, asked["mood"]))),
    ]


def head_claims(gpt: GPT, asked: dict[str, list[Case]]) -> list[Claim]:
    found: dict[str, tuple[str, Callable[[], Tensor], float | None]] = {
        "previous": ("looks at the token just before, on random tokens", lambda: previous_token(gpt), None),
        "induction": ("looks at what followed a random token the first time", lambda: induction(gpt), None),
        "copying": (
            "looks, in a held-out list told again, at the word to be copied",
            lambda: copying(gpt, asked["copy"]),
            None,
        ),
        "adjective": (
            "looks from a noun mentioned again to its own adjectives, beyond position",
            lambda: links(gpt, asked["adjective_recall"]),
            0.3,
        ),
        "reference": (
            "looks from a pronoun to whom it means, beyond position",
            lambda: links(gpt, asked["reference"]),
            0.3,
        ),
    }
    claims = []
    for name, (does, measure, threshold) in found.items():
        scores = measure()
        layer, head = divmod(int(scores.argmax()), gpt.config.n_head)
        claims.append(Claim(f"head.{name}", f"L{layer}H{head} {does}", float(scores.max()), threshold))
    return claims


def sense_claims(gpt: GPT) -> list[Claim]:
    """One word, two senses: equal at the start; different at the end if the cue came before, not if after."""
    eiffel, small = trace(gpt, "They saw the Eiffel tower"), trace(gpt, "They saw the miniature tower")
    bed, judge = trace(gpt, "Anna lies still on the bed, feeling"), trace(gpt, "Anna lies to the judge, feeling")
    lies = bed.tokens.index(" lies")
    last = gpt.config.n_layer - 1
    ahead = max(float((bed.resid_post[l][lies] - judge.resid_post[l][lies]).abs().max()) for l in range(last + 1))
    start = F.cosine_similarity(eiffel.embed[-1], small.embed[-1], dim=0)
    end = F.cosine_similarity(eiffel.resid_post[last][-1], small.resid_post[last][-1], dim=0)
    return [
        Claim("sense.start", "cosine of “tower” in its two senses at the start", float(start), 0.9999),
        Claim("sense.end", "cosine of “tower” in its two senses after the last block", float(end), 0.99, True),
        Claim("sense.ahead", "how far “lies” differs between a bed and a judge that come later", ahead, 1e-5, True),
    ]


@torch.inference_mode()
def entropy_claim(gpt: GPT, texts: int, seed: int = 1_000_003) -> Claim:
    """The share of positions in unseen documents whose next-token distribution has more than 2 bits."""
    bits = []
    for document in world.documents(seed, texts):
        probs = gpt(torch.tensor([gpt.tokenizer.encode(document.text)[: gpt.config.n_ctx]]))[0].softmax(-1)
        bits.append(torch.special.entr(probs).sum(-1) / torch.log(torch.tensor(2.0)))
    return Claim(
        "entropy",
        "positions of unseen text with more than 2 bits of choice",
        float((torch.cat(bits) > 2).float().mean()),
        0.30,
    )
