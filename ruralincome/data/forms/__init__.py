"""Forms: the files that offices really have, each read to the one list of `Reading`."""
