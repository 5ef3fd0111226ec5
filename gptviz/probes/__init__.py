"""What a trained model does, measured.

heads        what heads look at, as tables (layer, head), and which of them to show
order        what is seen of the order of tokens and of their places
neurons      what fires a neuron, and which of them to show
knockouts    what a prediction owes to each part, and to each place
averaging    what fixed weights miss of a head, how softmax saturates, how long a chain of steps is
facts        which neurons a fact about a person needs, how names add up, what a straight MLP would know
cases        what is said next after many prompts at once, and how often that is right
claims       the claims of the model card: a sentence, its number and its threshold
linear       what can be read off the residual stream by a weighted sum
"""

from . import averaging, cases, claims, facts, heads, knockouts, linear, neurons, order

__all__ = ["averaging", "cases", "claims", "facts", "heads", "knockouts", "linear", "neurons", "order"]
