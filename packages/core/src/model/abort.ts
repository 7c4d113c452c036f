/** Something that an aborted signal ends. */
export interface Abortable {
  cancel(): void;
}

/** In flight, by signal. One listener a signal: Node warns at the eleventh, and each costs half a microsecond. */
const inFlight = new WeakMap<AbortSignal, Set<Abortable>>();

/** Cancels `abortable` when `signal` is aborted, until {@link forget}. The signal must not be aborted yet. */
export function watch(signal: AbortSignal, abortable: Abortable): void {
  let set = inFlight.get(signal);
  if (set === undefined) {
    const created = new Set<Abortable>();
    set = created;
    inFlight.set(signal, created);
    signal.addEventListener(
      "abort",
      () => {
        for (const each of created) each.cancel();
        created.clear();
      },
      { once: true },
    );
  }
  set.add(abortable);
}

/** Ends {@link watch} for one. */
export function forget(signal: AbortSignal, abortable: Abortable): void {
  inFlight.get(signal)?.delete(abortable);
}
