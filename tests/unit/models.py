"""Small random GPTs for tests. Their weights are large, so that patterns are uneven and a wrong sum shows."""

import torch

from gptviz.model import GPT, Config
from gptviz.tokenizer import Tokenizer, train

torch.set_num_threads(1)  # for tensors this small a second thread only waits

TEXTS = [
    "The old king and the young queen walked to the river. The king saw a blue creature and the queen saw a red bird.",
    "One day the king gave the queen a hat because she was cold. The queen was happy, and the king was happy too.",
] * 5

# (n_layer, n_head, d_model, tied): one head, one layer, many heads, untied, a head of one number
SHAPES = [(2, 4, 32, True), (1, 1, 16, True), (3, 2, 24, False), (2, 8, 8, True)]


def small_tokenizer() -> Tokenizer:
    return train(TEXTS, 320)


def random_gpt(
    n_layer=2, n_head=4, d_model=32, tied=True, n_ctx=32, vocab_size=330, d_mlp=0, seed=0, tokenizer=True
) -> GPT:
    """More tokens in the model than in the tokenizer, as in padded vocabularies. No weight is zero."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        gpt = GPT(Config(n_layer, n_head, d_model, n_ctx, vocab_size, d_mlp, tied))
        with torch.no_grad():
            for name, weight in gpt.named_parameters():
                weight.add_(torch.randn_like(weight) * (0.1 if "embed" in name else 0.3))
    gpt.tokenizer = small_tokenizer() if tokenizer else None
    return gpt.eval()
