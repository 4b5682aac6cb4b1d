import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { Hidden, UNKNOWN, type Value } from "../plan/values";
import { KnownSecrets } from "./known-secrets";
import { isListed, isMixed, isSecretName, remembered } from "./secret-names";
import { areSuspicious, isSuspicious } from "./suspicion";

/** Keys of conditions in a policy, such as `secretsmanager:VersionId`, are no names of secrets. */
const CONDITION = /(^|\.)Statement(\[\d+\])?\.Condition\.\w+\.[^.]+$/;

/** Where an event has something: `$.detail.secret` ("Input transformation", Amazon EventBridge User Guide). */
const EVENT_PATH = /^\$(\.[A-Za-z]+)+$/;

/** What stands beside a password in a secret of a database, and in every plan ("Secret structure", AWS User Guide). */
const BESIDE =
  /^(engine|host|hosts|port|(db|database)(name)?|user(name)?|dbClusterIdentifier|dbInstanceIdentifier|\w*arn|issued)$/i;

const HIDDEN = "(hidden)";
/** EC2 takes 16 KiB of user data. */
const LIMITED = { maxOutputLength: 1_000_000 };

/** Terraform's own marks of a value: a tree in which `true` is for all that is below. */
type Marks = unknown;

export interface RawValue {
  /** Type of the resource; `output` for an output value. */
  readonly type: string;
  readonly value: unknown;
  readonly sensitive: Marks;
  /** @default - all is known */
  readonly unknown?: Marks;
}

/** Takes secrets out of values and texts. It is shown all values first, so that it finds them in every other place. */
export class Redactor {
  readonly #known = new KnownSecrets();
  /** Values of which only the type says that they may be secrets. */
  readonly #mixed = new KnownSecrets();
  readonly #hidden = new Map<string, number>();

  /** Remembers what is a secret by its marks or its name. */
  learn({ type, value, sensitive }: RawValue): void {
    this.#learn(value, sensitive, type, "", false);
  }

  /** The value without secrets, with what is in JSON strings taken apart. */
  redacted({ type, value, sensitive, unknown }: RawValue): Value {
    return this.#value(value, sensitive, unknown, type, "");
  }

  /** Whether a text may be shown. */
  readonly isClean = remembered((text: string) => !isSuspicious(text) && !this.#isKnown(text));
  /** Whether texts may that stand beside one another. */
  readonly #areClean = remembered(
    ({ texts, isList }: { readonly texts: readonly string[]; readonly isList: boolean }) =>
      !this.#isKnown(texts.join("")) && !areSuspicious(texts, isList),
    JSON.stringify,
  );

  /** A text that stands outside values, such as an address. */
  text(text: string): string {
    return this.isClean(text) ? text : "(hidden: looks like a secret)";
  }

  /** `isPart`: whether the value is only a part of what is marked or listed. */
  #learn(value: unknown, marks: Marks, type: string, path: string, isPart: boolean): void {
    const isListedHere = isListedSecret(type, path);
    const known = marks !== true && isMixed(type, path) ? this.#mixed : this.#known;
    const isCertain = (marks === true && !isShared(type, path)) || isListedHere;
    const inner = parsed(value);
    if (typeof inner === "object" && inner !== null) {
      if (typeof value === "string" && isCertain) known.addCertain(value);
      for (const [key, child] of entries(inner)) {
        const marksBelow = isJson(value) ? marks : below(marks, key);
        this.#learn(child, marksBelow, type, joined(path, key, inner), isCertain);
      }
      return;
    }
    if (typeof value !== "string" && typeof value !== "number") return;
    const name = lastName(path);
    const isNamed = isSecretName(name) && !CONDITION.test(path) && !EVENT_PATH.test(String(value));
    if (isCertain && !(isPart && BESIDE.test(name))) known.addCertain(String(value));
    else if (marks === true || isListedHere || isNamed) known.add(String(value));
  }

  #value(value: unknown, marks: Marks, unknown: Marks, type: string, path: string): Value {
    if (unknown === true) return UNKNOWN;
    if (value === null || value === undefined)
      return isTree(unknown) ? this.#tree({}, marks, unknown, type, path) : null;
    // What a secret begins with is seen by its keys: whether one of them is a password.
    if (isDocument(type, path))
      return this.#hideLeaves(value, marks === true ? "sensitive" : "secret by its name", true);
    // A resource that is sensitive as a whole has attributes all the same, each of them hidden: rules ask for them.
    if (marks === true && (path !== "" || !isTree(value))) return this.#hide(value, "sensitive");
    const name = lastName(path);
    if (isMixed(type, path)) return this.#hide(value, "secret by its name", this.#hashOfRest(value));
    if ((this.#isNamed(value, name) && !CONDITION.test(path)) || isListed(type, path))
      return this.#hideLeaves(value, "secret by its name", type === "output");
    const inner = parsed(value);
    if (typeof inner === "object" && inner !== null) return this.#tree(inner, marks, unknown, type, path);
    if (typeof value === "string" && !this.isClean(value))
      return isHash(name, value)
        ? this.#hide(value, "a hash", this.#hashOfPublic(name, value))
        : this.#hide(value, "looks like a secret");
    if (typeof value === "number" && [this.#known, this.#mixed].some((one) => one.hasWhole(String(value))))
      return this.#hide(value, "looks like a secret");
    return value as Value;
  }

  /** A list or an object; one whose parts make a secret when they are put together is hidden. */
  #tree(value: object, marks: Marks, unknown: Marks, type: string, path: string): Value {
    const keys = new Set([
      ...entries(value).map(([key]) => key),
      ...(isTree(unknown) ? Object.keys(unknown) : []),
    ]);
    const pairName = nameOfPair(value);
    const child = (key: string): Value => {
      const raw = (value as Record<string, unknown>)[key];
      if (pairName !== undefined && key === "value" && isSecretName(pairName) && raw !== null)
        return this.#hide(raw, "secret by its name");
      return this.#value(raw, below(marks, key), below(unknown, key), type, joined(path, key, value));
    };
    const children = [...keys].map((key) => [key, child(key)] as const);
    const texts = children.map(([, one]) => one).filter((one) => typeof one === "string");
    if (path !== "" && texts.length > 1 && !this.#areClean({ texts, isList: Array.isArray(value) }))
      return this.#hide(value, "looks like a secret");
    if (Array.isArray(value)) return children.map(([, one]) => one);
    return Object.fromEntries(children.map(([key, one]) => [this.text(key), one]));
  }

  #isKnown(text: string): boolean {
    return this.#known.isIn(text) || this.#mixed.isIn(text);
  }

  #isNamed(value: unknown, name: string): boolean {
    if (typeof value === "boolean" || !isSecretName(name)) return false;
    return typeof value !== "string" || !value.startsWith("arn:");
  }

  /** Of an object that is one secret its keys may be seen, but not the values; `isDeep`: also of JSON, and inside. */
  #hideLeaves(value: unknown, why: Hidden["why"], isDeep = false): Value {
    const inner = isDeep ? parsed(value) : value;
    if (typeof inner !== "object" || inner === null || Array.isArray(inner))
      return value === null || typeof value === "boolean" ? value : this.#hide(value, why);
    const leaf = (child: unknown) =>
      isDeep ? this.#hideLeaves(child, why, true) : child === null ? null : this.#hide(child, why);
    return Object.fromEntries(entries(inner).map(([key, child]) => [this.text(key), leaf(child)]));
  }

  /** A hash of what is certainly no secret in a value. */
  #hashOfRest(value: unknown): string {
    return sha256(JSON.stringify(this.#restOfText(String(value))));
  }

  #restOfText(packed: string): unknown {
    const text = readable(packed);
    const inner = parsed(text.replace(CLOUD_CONFIG, ""));
    if (typeof inner === "object" && inner !== null)
      return this.#rest(inner, this.#tree(inner, undefined, undefined, "", "json"));
    // A line of a key need not look like one.
    const open = text.replaceAll(PEM, HIDDEN);
    const lines = open.split("\n");
    if (lines.length === 1) return this.#isSecret(open) ? HIDDEN : open;
    const rest = lines.map((line) => this.#restOfText(line));
    // A name may stand in one line, and its secret in the next one.
    const left = rest.filter((one) => typeof one === "string" && one !== HIDDEN).join("\n");
    return this.#isSecret(left.replaceAll(HIDDEN, "")) ? HIDDEN : rest;
  }

  #isSecret(text: string): boolean {
    return isSuspicious(text.replaceAll(ADDRESSED, "")) || this.#known.isIn(text);
  }

  /** Of a tree as it is and as it is shown. A file in it that has one secret line has others, too. */
  #rest(value: unknown, shown: Value): unknown {
    if (shown instanceof Hidden)
      return typeof value === "string" && shown.why === "looks like a secret"
        ? this.#restOfText(value)
        : HIDDEN;
    if (typeof shown !== "object" || shown === null || shown === UNKNOWN) return shown;
    const inner = parsed(value) as Readonly<Record<string, unknown>>;
    return entries(shown).map(([key, one]) => [key, this.#rest(inner[key], one as Value)]);
  }

  /** Tells code or a file from another one; not for a hash of a password, which has other names and forms. */
  #hashOfPublic(name: string, value: string): string | undefined {
    const isPublic = isAsset(value) || (isNamedHash(name) && CHECKSUM.test(value));
    return isPublic && !this.#isKnown(value) ? sha256(value) : undefined;
  }

  #hide(value: unknown, why: Hidden["why"], hash?: string): Hidden {
    const text = JSON.stringify(value);
    const number = this.#hidden.get(text) ?? this.#hidden.size;
    this.#hidden.set(text, number);
    return new Hidden(why, number, hash);
  }
}

/** CDKTF marks all that stacks give each other as sensitive: ids, names, addresses. */
function isShared(type: string, path: string): boolean {
  return type === "output" && path.startsWith("cross-stack-output-");
}

/** A secret's value that is often JSON. */
function isDocument(type: string, path: string): boolean {
  return type === "aws_secretsmanager_secret_version" && path === "secret_string";
}

/** As far as it is for certain a secret, and no document with hosts and names in it. */
function isListedSecret(type: string, path: string): boolean {
  return isListed(type, path) && type !== "aws_lambda_function";
}

/** What is written in base64, and packed. */
function readable(text: string): string {
  if (!/^[A-Za-z0-9+/]{16,}={0,2}$/.test(text)) return text;
  const bytes = Buffer.from(text, "base64");
  try {
    const inner = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, LIMITED) : bytes).toString();
    // A random token is base64, too, and what it would be decoded to no longer looks like a secret.
    return /^[^\p{Cc}\ufffd]*$/u.test(inner.replaceAll(/\s/g, " ")) ? inner : text;
  } catch {
    return text;
  }
}

/** The content of a string that is JSON of an object or a list; or else the value. */
function parsed(value: unknown): unknown {
  if (!isJson(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function isJson(value: unknown): value is string {
  return typeof value === "string" && /^\s*[[{]/.test(value);
}

/** The name in `{ name, value }`, which many settings are lists of. */
function nameOfPair(value: object): string | undefined {
  const { name, key } = value as Record<string, unknown>;
  const found = name ?? key;
  return typeof found === "string" && "value" in value ? found : undefined;
}

function entries(value: object): [string, unknown][] {
  return Object.entries(value);
}

function isTree(marks: Marks): marks is object {
  return typeof marks === "object" && marks !== null && Object.keys(marks).length > 0;
}

function below(marks: Marks, key: string): Marks {
  if (marks === true) return true;
  return isTree(marks) ? (marks as Record<string, unknown>)[key] : undefined;
}

function joined(path: string, key: string, parent: object): string {
  if (Array.isArray(parent)) return `${path}[${key}]`;
  return path === "" ? key : `${path}.${key}`;
}

/** The last name on a path, without positions. */
function lastName(path: string): string {
  const name = path.slice(path.lastIndexOf(".") + 1);
  return name.endsWith("]") ? name.replace(/(\[\d+\])+$/, "") : name;
}

/** As random as a secret, and made public by the one who wrote it. */
function isHash(name: string, value: string): boolean {
  return isAsset(value) || isNamedHash(name) || /^[\da-f]{64}$/.test(value);
}

/** CDKTF puts an asset into a folder that is named after what is in it, on every machine. */
function isAsset(value: string): boolean {
  return /^assets\/[\w-]+\/[\da-f]{32}\/[\w.-]+$/i.test(value);
}

function isNamedHash(name: string): boolean {
  return /(hash|sha\d+|etag|checksum|fingerprint)$/i.test(name);
}

/** JSON is YAML, which cloud-init knows by its first line. */
const CLOUD_CONFIG = /^#cloud-config\n/;
const PEM = /-----BEGIN[\s\S]*?(-----END[^\n]*|$)/g;

/** A file's SHA-256 and its key in S3, which has the same hash: a Vault node compares them with what it loads. */
const ADDRESSED = /\b([\da-f]{64})=[\w.-]+\/\1\b/g;

/** SHA-256 and longer ones, in hexadecimal or base64. */
const CHECKSUM =
  /^(sha\d+[:-])?([\da-f]{64}|[\da-f]{96}|[\da-f]{128}|[A-Za-z\d+/]{43}=|[A-Za-z\d+/]{64}|[A-Za-z\d+/]{86}==)$/;

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
