"""What do the data say? Observations in, coefficients with intervals out, and a verdict on the mode, or none."""
