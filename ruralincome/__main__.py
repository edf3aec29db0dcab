"""`python -m ruralincome` is the command `ruralincome`."""

from ruralincome.cli import main

main()
