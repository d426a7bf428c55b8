"""For lessons: a model's derivation step by step (`explaining`), and exercises with exact answers (`exercises`)."""
