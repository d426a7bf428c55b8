"""How is it told? Results of every room as figures, tables, JSON and one HTML page."""
