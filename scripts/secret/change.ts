import { isDeepStrictEqual } from "node:util";
import { alternateUser } from "../../lambda/rotation/contract/user-names";
import { withMembers } from "../../lambda/rotation/secret/json-text";
import { asciiJson } from "../../lambda/rotation/support/text";

/** A secret's value. */
export type Fields = Readonly<Record<string, unknown>>;

/** What a secret has before the change. */
export interface Stored {
  /** As it is written. */
  readonly text: string;
  readonly current: Fields;
  /** The version of a rotation that is not complete; without a value if it failed before it wrote one. */
  readonly pending?: { readonly id: string; readonly value?: Fields };
}

export interface Change {
  /** @default - the value stays */
  readonly text?: string;
  /** A version that loses AWSPENDING. */
  readonly abandoned?: string;
  /** What changes, for people. Never a password. */
  readonly lines: readonly string[];
}

export interface PasswordOptions {
  /** The user's present password. @default - the value keeps its password while it is for the same user */
  readonly password?: string;
  /** Whether the value loses its password. @default false */
  readonly forgetPassword?: boolean;
}

/**
 * Gives the value the user and connection of the environment, and an unfinished rotation up. The rest stays as it is.
 */
export function changeOf(
  { text, current, pending }: Stored,
  wanted: Fields,
  options: PasswordOptions,
): Change {
  const next = nextFields(current, wanted, options);
  const value: Fields = { ...current, ...next };
  const changes = Object.keys(next).some((name) => !isDeepStrictEqual(next[name], current[name]));
  const keepsPassword = value.password !== undefined && value.password === current.password;
  if (pending && changes && keepsPassword && pending.value?.username === current.username)
    throw unfinished(pending.id);
  return {
    ...(changes && { text: withMembers(text, next) }),
    abandoned: pending?.id,
    lines: [
      ...Object.keys(wanted)
        .filter((name) => value[name] !== current[name])
        .map((name) => `  ${name}: ${shown(current[name])} -> ${shown(value[name])}`),
      ...(value.password === current.password ? [] : [passwordLine(value)]),
      ...(pending ? [`  AWSPENDING: taken from ${pending.id}, a rotation that is not complete`] : []),
    ],
  };
}

/** Without characters that a terminal obeys. */
function shown(field: unknown): string {
  return field === undefined ? "none" : asciiJson(field);
}

/** Undefined goes. */
function nextFields(
  { username }: Fields,
  wanted: Fields,
  { password, forgetPassword }: PasswordOptions,
): Fields {
  if (password !== undefined) return { ...wanted, password };
  const user = String(wanted.username);
  const isSameUser = [user, alternateUser(user)].includes(String(username));
  return isSameUser && !forgetPassword ? { ...wanted, username } : { ...wanted, password: undefined };
}

function passwordLine({ username, password }: Fields): string {
  return password === undefined
    ? `  password: removed; the next rotation sets one for ${username}, which must be new or this secret's own`
    : "  password: the one given";
}

/** Between set and finish of a single user the database may have either password, and the wrong one would be kept. */
function unfinished(id: string): Error {
  return new Error(
    `no rotation of the secret must be under way while its password stays, but version ${id} is AWSPENDING, ` +
      "and the database may have its password already. Let the rotation end first " +
      "(docs/operations.md#a-stuck-rotation), or give the password that logs in with --password",
  );
}
