/**
 * Marks an error class so that `instanceof` holds across two copies of core, and gives its instances their name.
 *
 * The mark is on the prototype under `Symbol.for`, so a subclass of a marked class carries both marks. A class that a
 * program derives and does not mark keeps the ordinary `instanceof`.
 */
export function brand(errorClass: ErrorClass, mark: string, name: string): void {
  Object.defineProperty(errorClass.prototype, keyOf(mark), { value: true });
  Object.defineProperty(errorClass.prototype, "name", { value: name, writable: true, configurable: true });
  Object.defineProperty(errorClass, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      if (this !== errorClass) return ordinaryHasInstance.call(this, value);
      return hasMark(value, mark);
    },
  });
}

/** Tells whether a value is of a class that {@link brand} marked so, in any copy of core. */
export function hasMark(value: unknown, mark: string): boolean {
  return typeof value === "object" && value !== null && Reflect.get(value, keyOf(mark)) === true;
}

function keyOf(mark: string): symbol {
  return Symbol.for(`tsusb.${mark}`);
}

interface ErrorClass {
  readonly prototype: Error;
}

const ordinaryHasInstance = Function.prototype[Symbol.hasInstance] as (
  this: unknown,
  value: unknown,
) => boolean;
