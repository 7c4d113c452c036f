# Prints a line: what the start of Python alone costs.
print("1 2 3 4")
