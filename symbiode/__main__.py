"""`python -m symbiode` is the same program as `symbiode`."""

from symbiode.cli import main

if __name__ == "__main__":
    main()
