"""Branches of equilibria along a coefficient, their special points, and curves of these in two coefficients."""
