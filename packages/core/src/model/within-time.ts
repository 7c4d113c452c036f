/**
 * Gives what `promise` resolves to, unless it takes longer than `timeout` milliseconds.
 *
 * @throws `Error` with the time, or what `promise` rejects with.
 */
export async function withinTime<T>(promise: Promise<T>, timeout: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it has not answered for ${timeout} ms`)), timeout);
  });
  try {
    return await Promise.race([promise, expired]);
  } finally {
    clearTimeout(timer);
  }
}
