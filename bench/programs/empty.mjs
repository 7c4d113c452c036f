// Nothing: what the start of Node alone costs.
