const WINDOW = 8;

/** Values that are known to be secrets. They are found again wherever they are, whole, in pieces, or in base64. */
export class KnownSecrets {
  readonly #values = new Set<string>();
  readonly #windows = new Set<string>();

  /** Remembers a value if it can be told from words that stand in every plan. */
  add(value: string): void {
    if (this.#values.has(value) || !isTelling(value)) return;
    this.#values.add(value);
    const encoded = Buffer.from(value);
    const forms = [value, encodeURIComponent(value), encoded.toString("hex"), ...inBase64(value)];
    for (const form of forms)
      for (let at = 0; at + WINDOW <= form.length; at += 1) this.#windows.add(form.slice(at, at + WINDOW));
  }

  isIn(text: string): boolean {
    if (this.#windows.size === 0) return false;
    for (let at = 0; at + WINDOW <= text.length; at += 1)
      if (this.#windows.has(text.slice(at, at + WINDOW))) return true;
    return false;
  }
}

/** Whatever stands before it moves its bits by none, two or four; what its neighbours decide is cut off. */
function inBase64(value: string): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.from("\0".repeat(before) + value)
      .toString("base64")
      .replace(/=+$/, "");
    return encoded.slice(before === 0 ? 0 : before + 1, encoded.length - 2);
  });
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
