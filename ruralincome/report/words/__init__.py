"""Words: codes and numbers as sentences, in both languages."""
