"""Places: which there were on which day, and what became of them."""

from ruralincome.places.boundaries import Boundaries, Link, Place, Share

__all__ = ["Boundaries", "Link", "Place", "Share"]
