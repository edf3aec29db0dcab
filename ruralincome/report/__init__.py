"""Report: words, tables, figures and pages made from answers."""
