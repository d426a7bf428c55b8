"""What is the system? Units, laws, coefficients: text and numbers in, sympy equations out."""
