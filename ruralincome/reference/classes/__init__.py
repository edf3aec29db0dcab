"""Reference classes that ship: what `ruralincome reference fit` computed, one file a vintage."""
