/** What stands behind a name and a sign. */
const VALUE = String.raw`["'\\]*(?!\(|true\b|false\b|null\b|known after)[^\s"'\\,;}()]{3,}`;

/** Texts that are secrets wherever they stand: prefixes that issuers document, and names with a value behind them. */
const PATTERNS: readonly RegExp[] = [
  // AWS Identity and Access Management User Guide, "IAM identifiers".
  /(AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}/,
  // Vault and OpenBao documentation, "Tokens".
  /\bhv[sbr]\.[\w-]{8,}|\b[sbr]\.[A-Za-z0-9]{24}\b/,
  /-----BEGIN|PuTTY-User-Key-File|AGE-SECRET-KEY-/,
  /gh[pousr]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|xox[abeprs]-[\w-]{8,}|xapp-[\w-]{8,}/,
  /\b[rs]k_(live|test)_\w{8,}|\bsk-[\w-]{16,}|AIza[\w-]{30,}|\bya29\.[\w-]{8,}|GOCSPX-[\w-]{8,}/,
  /npm_\w{30,}|pypi-[\w-]{16,}|dckr_pat_[\w-]{8,}|dop_v1_\w{16,}|shp(at|ss|ca)_\w{16,}|\bSG\.[\w-]{16,}\.[\w-]+/,
  /eyJ[\w-]{8,}\.[\w-]+|hooks\.slack\.com\/services\/\S+/,
  // Password hashes of databases and systems.
  /\$2[abxy]\$\d\d\$|\$argon2|\$[156]\$\S+\$|SCRAM-SHA-256\$|\bmd5[0-9a-f]{32}\b|\*[0-9A-F]{40}\b/,
  /\b[a-z][a-z\d+.-]*:\/\/[^\s/:@"'()]*:[^\s/@"']+@/i,
  /\b(Bearer|Basic)\s+[\w+/=.~-]{8,}/,
  /\bIDENTIFIED\s+(WITH\s+\S+\s+)?BY\s+['"]|\bPASSWORD\s+['"]/i,
  /--?(password|passwd|token|secret|api-key)[ =](?!\()\S{3,}/i,
  /\b(mysql|mariadb)[\w-]*\s(.*\s)?-p(?!\()\S{3,}/,
  new RegExp(
    String.raw`(password|passwd|pwd|passphrase|secret|token|api_?key|private_?key|access_?key|credentials?)["'\\]*` +
      String.raw`(\s*:?=>?|["'\\]+\s*:|:\s|>)\s*${VALUE}`,
    "i",
  ),
  // Without a space, as `secret:` stands in the ARN of every secret.
  new RegExp(
    `(password|passwd|pwd|passphrase|_secret|_token|api_?key|private_?key|access_?key):${VALUE}`,
    "i",
  ),
];

const TOKEN = /[A-Za-z0-9+/=_~!@#$%^&*-]{16,}/g;
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
/** Ids that AWS makes: `vpc-0a1b…`, `cluster-ABC…`; and of CDKTF's logical ids. */
const IDENTIFIER = new RegExp(
  String.raw`\b(sg|sgr|vpc|vpce|subnet|eni|rtb|acl|rslvr|fl|lt|vol|snap|ami|i|rtbassoc|igw|nat)(-\w+)?` +
    String.raw`-[0-9a-f]{8,17}\b|` +
    String.raw`\b(cluster|db)-[A-Z0-9]{26}\b`,
  "g",
);
/** What stands between texts in JSON. */
const STRUCTURE = /"[\]}]*[,:][[{]*"/g;
/** What CDKTF ends names with: `Key_8500A3BA`. */
const LOGICAL_ID = /_[0-9A-F]{8}(?![0-9A-F])/g;
/** What regular expressions have of all kinds, such as `[A-Za-z0-9]`. */
const CLASS = /a-[zf]|A-[ZF]|0-9|\\+[bdswBDSW]/g;
const MINIMUM_BITS = 48;
/** Zones, such as `eu-west-1a`, have less that is no word. */
const SHORTEST_PIECE = 4;

/** Kinds of characters, as far as what follows what tells a password from other texts. Blanks are of none. */
const KINDS = [/[a-z]/, /[A-Z]/, /\d/, /[-_./:]/, /["'(){}[\],;=]/, /[!#$%&*+<>?@\\^`|~]/];
const ODD = 1 << 5;
const KIND_OF = Array.from({ length: 128 }, (_, code) => {
  const kind = KINDS.findIndex((one) => one.test(String.fromCharCode(code)));
  return kind === -1 ? undefined : kind;
});
/**
 * In bits, how much likelier a kind (column) follows another (row) in a password than in another text. Counted in
 * passwords of this project's rotation, and in its plans, templates, programs and documents.
 */
const BITS = [
  [-1.5, 4, 6.5, -0.5, 1, 4.5],
  [-1, -0.5, 2, 0, 2, 5.5],
  [3.5, 1.5, -2.5, -1.5, -0.5, 3.5],
  [-1, 1, 1, -1.5, 1.5, 1.5],
  [0, 2.5, 3, -1.5, -2, 1],
  [0.5, 2.5, 3, -2, -1.5, -0.5],
];
/** No plan and no template of this project has so many bits in a run that is as long and as varied. */
const BITS_WITH_ALL = 10;
/** Of letters of one case, or without digits. Regular expressions have many bits. */
const BITS_WITH_TWO = 16;
const SHORTEST_RUN = 12;
/** So many characters tell how many come twice: few in a password, and many in a formula. */
const LONGEST_LOOKED_AT = 32;
const LEAST_VARIED = 0.75;

/** Whether a text has something in it that is a secret, or as random as one. */
export function isSuspicious(text: string): boolean {
  if (hasKnownPattern(text)) return true;
  const plain = withoutIds(text);
  return hasRandomToken(plain) || hasRandomRun(plain);
}

/** Whether texts that stand beside one another are a secret when they are put together. */
export function areSuspicious(texts: readonly string[], isList: boolean): boolean {
  if (hasKnownPattern(texts.join(""))) return true;
  // Ids, words and names would make one that is as random as a secret.
  const pieces = isList ? texts.filter(isPiece) : [];
  return pieces.length > 1 && hasRandomToken(withoutIds(pieces.join("")));
}

function isPiece(text: string): boolean {
  const plain = withoutIds(text);
  return /^[A-Za-z0-9+/=_~!@#$%^&*-]+$/.test(plain) && oddPart(plain).length >= SHORTEST_PIECE;
}

/** By patterns only, also in what is written in base64. */
function hasKnownPattern(text: string, depth = 2): boolean {
  if (PATTERNS.some((pattern) => pattern.test(text)) || hasSecretAccessKey(text)) return true;
  return depth > 0 && decoded(text).some((inner) => hasKnownPattern(inner, depth - 1));
}

/** AWS's secret access keys are 40 characters of base64, with words of any look between the slashes. */
function hasSecretAccessKey(text: string): boolean {
  const tokens = text.match(/[\w+/=-]{40,}/g) ?? [];
  return tokens.some(
    (one) => /^[A-Za-z\d+/]{40}$/.test(one) && /[a-z]/.test(one) && /[A-Z]/.test(one) && /\d/.test(one),
  );
}

/** What the text has in base64, as far as it is text itself. */
function decoded(text: string): string[] {
  return (text.match(/[A-Za-z0-9+/_-]{12,}={0,2}/g) ?? []).flatMap((token) => {
    const inner = Buffer.from(token, "base64").toString("latin1");
    return /^[\x20-\x7e\s]{8,}$/.test(inner) ? [inner] : [];
  });
}

function withoutIds(text: string): string {
  return text.replaceAll(UUID, " ").replaceAll(IDENTIFIER, " ");
}

function hasRandomToken(plain: string): boolean {
  return (plain.match(TOKEN) ?? []).some((token) => randomBits(token) >= MINIMUM_BITS);
}

/** Whether characters without a blank between them follow one another as in a password, whatever stands around them. */
function hasRandomRun(plain: string): boolean {
  const text = unwrapped(plain);
  let [bits, length, seen] = [0, 0, 0];
  let last: number | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const kind = KIND_OF[text.charCodeAt(at)];
    // The best run does not begin with words: they only take from its bits.
    if (last === undefined || bits <= 0)
      [bits, length, seen] = last === undefined ? [0, 0, 0] : [0, 1, 1 << last];
    if (kind !== undefined) {
      if (last !== undefined) bits += BITS[last]?.[kind] ?? 0;
      length += 1;
      seen |= 1 << kind;
      if (length >= SHORTEST_RUN && bits >= bitsNeeded(seen) && isVaried(text, at + 1, length)) return true;
    }
    last = kind;
  }
  return false;
}

/** Without what joins words in JSON, names, regular expressions and dates, and with what a URL has encoded. */
function unwrapped(text: string): string {
  return text
    .replaceAll(STRUCTURE, " ")
    .replaceAll(LOGICAL_ID, " ")
    .replaceAll(CLASS, "")
    .replaceAll(/%[2-7][\dA-F]/gi, decodeURIComponent)
    .replaceAll(/%[A-Za-z]/g, "");
}

/** @param seen the kinds of a run, a bit for each */
function bitsNeeded(seen: number): number {
  const [lower, upper, digit] = [seen & 1, (seen >> 1) & 1, (seen >> 2) & 1] as [number, number, number];
  if (lower + upper + digit === 3) return BITS_WITH_ALL;
  return lower + upper + digit === 2 && seen & ODD ? BITS_WITH_TWO : Number.POSITIVE_INFINITY;
}

function isVaried(text: string, end: number, length: number): boolean {
  const looked = Math.min(length, LONGEST_LOOKED_AT);
  return new Set(text.slice(end - looked, end)).size >= looked * LEAST_VARIED;
}

/** Of the parts of a token that are no words: their length times Shannon's entropy of a character. */
function randomBits(token: string): number {
  const text = oddPart(token);
  // A secret has digits; what has none, and is cut at its capitals, is words.
  return /\d/.test(text) && text.length >= 12 ? text.length * entropy(text) : 0;
}

function oddPart(token: string): string {
  const parts = token.split(/[_/=+~!@#$%^&*-]+/);
  return parts.filter((part) => part !== "" && !isWord(part)).join("");
}

/** A word, words in camel case, a number, a word with a number, or eight digits of CDKTF with words behind them. */
function isWord(part: string): boolean {
  if (/^(\d+|[0-9A-F]{8}([a-z][a-z\d]*)?)$/.test(part)) return true;
  const [, letters] = /^([A-Za-z]+)\d{0,4}$/.exec(part) ?? [];
  if (letters === undefined) return false;
  if (letters.length <= 3) return true;
  const humps = letters.match(/[A-Z]+[a-z]*|[a-z]+/g) ?? [];
  return letters.length / humps.length >= (letters.length < 12 ? 3 : 4) && letters.length < 40;
}

function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce(
    (sum, count) => sum - (count / text.length) * Math.log2(count / text.length),
    0,
  );
}
