"""Every number leads back: the Python that an explorer shows beside a number is run, and must return that number."""

import json
from typing import Any

import torch
from playwright.sync_api import Locator

import gptviz as gv


def check_expressions(root: Locator, at_least: int = 1, **names: Any) -> None:
    """Run each expression in `root` with gv, torch and `names` (trace, gpt), and compare with the number drawn."""
    shown = root.locator("[data-expression]").evaluate_all(
        "elements => elements.map(e => [e.dataset.expression, e.dataset.number])"
    )
    assert len(shown) >= at_least, f"{len(shown)} expressions"
    for code, number in shown:
        returned = torch.as_tensor(eval(code, {"gv": gv, "torch": torch, **names})).detach().double()
        drawn = torch.tensor(json.loads(number), dtype=torch.float64)
        torch.testing.assert_close(returned, drawn, rtol=1e-4, atol=1e-5, msg=lambda m, code=code: f"{code}: {m}")
