"""Panel: every place of a country at once, by closed forms; one row a place, and questions over places together."""
