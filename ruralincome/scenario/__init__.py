"""Scenario: what is supposed, and the one road from a params file to an answer."""
