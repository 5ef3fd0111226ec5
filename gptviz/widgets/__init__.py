"""Drag: one explorer class per file, on one base class. Sources in js/, built bundles in static/, words in strings/."""
