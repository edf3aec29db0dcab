"""Target: what is asked of a forecast, and what the forecast says of it."""
