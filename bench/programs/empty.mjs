// Prints a line: what the start of Node alone costs.
console.log("1 2 3 4");
