"""Drag: one explorer class per file, on one base class. Sources in js/, built bundles in static/, words in strings/."""

from .next_token import NextToken, next_token

__all__ = ["NextToken", "next_token"]
