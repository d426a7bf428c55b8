"""Stella's own suffix for XMILE; see `symbiode.system.formats.xmile`."""

from symbiode.system.formats.xmile import RUNS as RUNS
from symbiode.system.formats.xmile import read as read
from symbiode.system.formats.xmile import text as text
