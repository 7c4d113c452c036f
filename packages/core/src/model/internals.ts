/**
 * Key of the method behind `util.disposeResources`: gives everything back, but leaves the device usable. Shared, since
 * the device may come from another copy of core.
 */
export const kDispose: unique symbol = Symbol.for("tsusb.dispose");

/** Key of the device's resource manager, for the classes of this wing. */
export const kResources: unique symbol = Symbol("tsusb.resources");

/** Key of the call that takes a just-read string into the cached fields. */
export const kRemember: unique symbol = Symbol("tsusb.remember");

/**
 * Key of the method that `console.log` calls.
 *
 * Source: Node.js, `util.inspect.custom`.
 */
export const kInspect: unique symbol = Symbol.for("nodejs.util.inspect.custom");
