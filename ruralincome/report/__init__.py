"""What people read: words, tables, figures, HTML."""
