"""The parts of a report on one answer."""
