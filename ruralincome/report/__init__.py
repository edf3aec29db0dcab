"""Words, tables, figures and pages made from assessments."""
