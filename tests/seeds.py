"""Seeds for tests that look at other random systems every day and can be repeated."""

from __future__ import annotations

import datetime
import os


def fresh_seed() -> int:
    """Return SYMBIODE_TEST_SEED, else the number of the day; shown with the output of a failing test."""
    seed = int(os.environ.get("SYMBIODE_TEST_SEED") or datetime.datetime.now(datetime.UTC).toordinal())
    print(f"repeat with SYMBIODE_TEST_SEED={seed}")  # noqa: T201
    return seed
