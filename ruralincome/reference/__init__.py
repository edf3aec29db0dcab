"""Reference: how comparable places grew; the classes that ship, by the last year they know."""
