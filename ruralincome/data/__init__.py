"""Data: the data package and its files, read, checked and written whole."""
