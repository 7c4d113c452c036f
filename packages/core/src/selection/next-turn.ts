/** Resolves after a whole turn of the event loop: timers and input that are due have run before. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    // Browsers have no setImmediate, and there a timer of 0 ms waits for up to 4.
    if (typeof setImmediate !== "function") setTimeout(resolve, 0);
    // The first one may come in this very turn, before any timer.
    else setImmediate(() => setImmediate(resolve));
  });
}
