"""Is an official target reachable? Calibrated answers from very short official series."""
