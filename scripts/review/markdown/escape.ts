/** Characters that neither Markdown, HTML nor GitHub gives a meaning, wherever they stand. */
const PLAIN = /(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|[^A-Za-z0-9 _.,;/=+"'%?()→…-]/gu;
/** Characters that are not seen, or turn the direction of what follows. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}]/gu;

/** A text as text, in a table, a heading or a paragraph: no markup, link, mention or reference. */
export function plain(text: string): string {
  return visible(text)
    .replaceAll(PLAIN, (one) => `&#${one.codePointAt(0)};`)
    .replaceAll(/www\./gi, (one) => one.replace(".", "&#46;"));
}

/** A text in the shape of code, where Markdown still counts. */
export function code(text: string): string {
  return `<code>${plain(text)}</code>`;
}

/** Lines in a block of code of a language. Whatever they hold, they do not end it. */
export function block(language: string, lines: readonly string[]): string {
  const text = lines.map(visible).join("\n");
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** What a reader would see of an escaped text. */
export function unescaped(text: string): string {
  return text.replaceAll(/&#(\d+);/g, (_, number) => String.fromCodePoint(Number(number)));
}

/** Without what a reader, or a terminal, would take for something else than text. */
export function visible(text: string): string {
  return text.replaceAll(UNSEEN, "\uFFFD");
}
