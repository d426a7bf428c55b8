"""`python -m symbiode` is the same program as `symbiode`."""

from symbiode.cli import main

main()
