"""Symbiosis between regions as a dynamical system."""
