"""What would change it: the path of modes along a scenario, and the least effort to a target mode."""
