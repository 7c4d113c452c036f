# Nothing: what the start of Python alone costs.
