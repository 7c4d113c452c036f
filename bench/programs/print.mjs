// What list.mjs takes without USB: Node's start and its first line.
console.log("1 2 4617 1");
