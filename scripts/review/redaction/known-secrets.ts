const WINDOW = 8;
/** Shorter values, such as 1 or `on`, stand in every plan. */
const SHORTEST = 4;
/** So long a value is found also where letters stand beside it. */
const LONG = 12;

/** Values that are known to be secrets. They are found again wherever they are, whole, in pieces, or in base64. */
export class KnownSecrets {
  readonly #values = new Set<string>();
  readonly #windows = new Set<string>();
  readonly #whole = new Set<string>();
  /** By the first characters of whole values, how long these are. */
  readonly #lengths = new Map<string, Set<number>>();

  /** Remembers a value that certainly is a secret, whatever it looks like: it is found as a whole. */
  addCertain(value: string): void {
    this.add(value);
    if (this.#values.has(value) || value.length < SHORTEST || /^(true|false|null)$/.test(value)) return;
    for (const form of formsOf(value).filter((one) => one === value || one.length >= LONG)) {
      this.#whole.add(form);
      const start = form.slice(0, SHORTEST);
      this.#lengths.set(start, (this.#lengths.get(start) ?? new Set()).add(form.length));
    }
  }

  /** Remembers a value if it can be told from words that stand in every plan. */
  add(value: string): void {
    if (this.#values.has(value) || !isTelling(value)) return;
    this.#values.add(value);
    for (const form of formsOf(value))
      for (let at = 0; at + WINDOW <= form.length; at += 1) this.#windows.add(form.slice(at, at + WINDOW));
  }

  isIn(text: string): boolean {
    return this.#hasWindow(text) || this.hasWhole(text);
  }

  /** Whether a value that certainly is a secret stands in a text, with no letter or digit beside it if it is short. */
  hasWhole(text: string, shortest = SHORTEST): boolean {
    if (this.#whole.size === 0) return false;
    for (let at = 0; at + shortest <= text.length; at += 1)
      for (const length of this.#lengths.get(text.slice(at, at + SHORTEST)) ?? []) {
        const isFree = length >= LONG || !(isBeside(text[at - 1]) || isBeside(text[at + length]));
        if (length >= shortest && isFree && this.#whole.has(text.slice(at, at + length))) return true;
      }
    return false;
  }

  #hasWindow(text: string): boolean {
    if (this.#windows.size === 0) return false;
    for (let at = 0; at + WINDOW <= text.length; at += 1)
      if (this.#windows.has(text.slice(at, at + WINDOW))) return true;
    return false;
  }
}

/** `orders` is no part of `secrets-prod-orders` or `Secret_orders`. */
function isBeside(character: string | undefined): boolean {
  return character !== undefined && /[\w-]/.test(character);
}

/**
 * As it is, and encoded. Whatever stands before it in base64 moves its bits by none, two or four; what its neighbours
 * decide is cut off.
 */
function formsOf(value: string): string[] {
  const inBase64 = [0, 1, 2].map((before) => {
    const encoded = Buffer.from("\0".repeat(before) + value)
      .toString("base64")
      .replace(/=+$/, "");
    return encoded.slice(before === 0 ? 0 : before + 1, encoded.length - 2);
  });
  return [value, encodeURIComponent(value), Buffer.from(value).toString("hex"), ...inBase64];
}

/** `vpc-0a1b2c3d4e5f67890`, `cluster-ABC…`: outputs with these are sensitive, and they are everywhere. */
const IDENTIFIER = /^[a-z]+(-[a-z]+)*-([\da-f]{8,17}|[A-Z\d]{26})$/;

/** Long, with characters of two kinds, and neither an ARN nor a URL, an id, a name of a host, or JSON. */
function isTelling(value: string): boolean {
  if (value.length < WINDOW || /^(arn:|https?:\/\/|\{|\[)/.test(value) || IDENTIFIER.test(value))
    return false;
  if (/^[a-z\d-]+(\.[a-z\d-]+)+\.?$/.test(value) || /^[a-z]+([-_ /:.][a-z]+)*$/i.test(value)) return false;
  return [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((kind) => kind.test(value)).length >= 2;
}
