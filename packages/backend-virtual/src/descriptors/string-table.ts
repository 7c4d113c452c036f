import { encodeLangids, encodeStringDescriptor } from "@tsusb/core/backend";
import type { DeviceDeclaration } from "../declaration/declaration.js";
import type { VirtualText } from "../declaration/text.js";

/** Source: USB 2.0 §9.6.7, and the language ids of the USB-IF. */
const ENGLISH = 0x0409;

/** The strings of a device: each gets an index as it is named, and is given out as a descriptor. */
export class StringTable {
  /** Languages, in the order of string descriptor 0. */
  readonly langids: readonly number[];
  readonly #texts = new Map<number, VirtualText>();

  constructor(declaration: DeviceDeclaration) {
    for (const [index, text] of Object.entries(declaration.strings ?? {}))
      this.#texts.set(Number(index), text);
    this.langids = declaration.langids ?? languagesOf(declaration);
  }

  /** Gives a text the next free index; 0, which is none, for no text. */
  indexOf(text: VirtualText | undefined): number {
    if (text === undefined) return 0;
    let index = 1;
    while (this.#texts.has(index)) index++;
    this.#texts.set(index, text);
    return index;
  }

  /** Gives a string descriptor; `undefined` if the device has none with that index in that language. */
  descriptor(index: number, langid: number): Uint8Array | undefined {
    if (this.#texts.size === 0) return undefined;
    if (index === 0) return encodeLangids(this.langids);
    const text = this.#texts.get(index);
    if (text === undefined || !this.langids.includes(langid)) return undefined;
    const inLanguage = textIn(text, langid);
    return inLanguage === undefined ? undefined : encodeStringDescriptor(inLanguage);
  }
}

/** Gives a text in a language. */
export function textIn(text: VirtualText | undefined, langid: number | undefined): string | undefined {
  if (typeof text !== "object") return text;
  return langid === undefined ? undefined : text[langid];
}

/** Collects the languages that a declaration names anywhere. */
function languagesOf(declaration: DeviceDeclaration): readonly number[] {
  const found = new Set<number>();
  const see = (text: VirtualText | undefined) => {
    if (typeof text === "object") for (const langid of Object.keys(text)) found.add(Number(langid));
  };
  for (const text of Object.values(declaration.strings ?? {})) see(text);
  for (const text of [declaration.manufacturer, declaration.product, declaration.serialNumber]) see(text);
  for (const { name, interfaces, associations = [] } of declaration.configurations ?? []) {
    for (const text of [name, ...associations.map((each) => each.name)]) see(text);
    for (const { alternates } of interfaces) for (const alternate of alternates) see(alternate.name);
  }
  return found.size === 0 ? [ENGLISH] : [...found].sort((one, other) => one - other);
}
