/** Decisions that look like chance and are the same for the same seed: a linear congruential generator. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Gives a whole number from 0 to less than `limit`. */
  below(limit: number): number {
    // Factors: Numerical Recipes, 3rd edition, §7.1.
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }

  /** Whether something happens that does so once in `times`. */
  onceIn(times: number): boolean {
    return this.below(times) === 0;
  }

  /** Chooses one of them. */
  pick<T>(choices: readonly T[]): T {
    const chosen = choices[this.below(choices.length)];
    if (chosen === undefined) throw new RangeError("there is nothing to choose from");
    return chosen;
  }
}
