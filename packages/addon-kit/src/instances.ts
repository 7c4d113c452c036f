import { type LibraryOptions, sameLibraryOptions } from "./library-options.js";

interface Instance<Backend> {
  readonly options: LibraryOptions;
  readonly backend: Promise<Backend>;
}

/** The backends of a package that are not closed: the same options give the same one. */
export class Instances<Backend> {
  readonly #instances = new Set<Instance<Backend>>();

  /**
   * Gives the instance for these options, made if there is none.
   *
   * @param create - Makes one, and calls `forget` as soon as it is closed. One that rejects is forgotten.
   */
  get(
    options: LibraryOptions,
    create: (options: LibraryOptions, forget: () => void) => Promise<Backend>,
  ): Promise<Backend> {
    for (const { options: known, backend } of this.#instances)
      if (sameLibraryOptions(known, options)) return backend;
    const forget = () => void this.#instances.delete(instance);
    const instance: Instance<Backend> = { options: { ...options }, backend: create(options, forget) };
    this.#instances.add(instance);
    instance.backend.catch(forget);
    return instance.backend;
  }
}
