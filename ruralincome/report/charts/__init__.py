"""Charts: pictures of answers and panels."""
