"""Whole pages: reports, index, panel, methods, targets, ledger."""
