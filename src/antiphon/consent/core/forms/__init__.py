"""The rules as things that run: a Python function, NumPy over arrays, and SQL. Each is compiled from the same list."""
