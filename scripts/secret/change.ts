import { alternateUser } from "../../lambda/rotation/contract/user-names";

/** A secret's value. */
export type Fields = Readonly<Record<string, unknown>>;

/** What a secret has before the change. */
export interface Stored {
  readonly current: Fields;
  /** The version of a rotation that is not complete; without a value if it failed before it wrote one. */
  readonly pending?: { readonly id: string; readonly value?: Fields };
}

export interface Change {
  readonly value: Fields;
  /** A version that loses AWSPENDING. */
  readonly abandoned?: string;
  /** What changes, for people. Never a password. */
  readonly lines: readonly string[];
}

/** Gives the value the user and connection of the environment. What else it has stays. */
export function changeOf({ current, pending }: Stored, wanted: Fields, password?: string): Change {
  const user = String(wanted.username);
  const sameUser = [user, alternateUser(user)].includes(String(current.username));
  const { password: old, ...rest } = current;
  const value: Fields =
    password !== undefined
      ? { ...rest, ...wanted, password }
      : sameUser
        ? { ...current, ...wanted, username: current.username }
        : { ...rest, ...wanted };
  const lines = [
    ...Object.keys(wanted)
      .filter((name) => value[name] !== current[name])
      .map((name) => `  ${name}: ${JSON.stringify(current[name])} -> ${JSON.stringify(value[name])}`),
    ...passwordLine(old, value.password, user),
  ];
  if (pending === undefined) return { value, lines };
  const keeps = value.password !== undefined && value.password === old;
  if (keeps && lines.length > 0 && pending.value?.username === current.username) throw unfinished(pending.id);
  if (keeps && lines.length === 0) return { value, lines };
  return {
    value,
    abandoned: pending.id,
    lines: [...lines, `  AWSPENDING: taken from ${pending.id}, a rotation that is not complete`],
  };
}

export function describe({ lines }: Change): readonly string[] {
  return lines.length === 0 ? ["  The value is what the deployed environment says."] : lines;
}

function passwordLine(old: unknown, next: unknown, user: string): string[] {
  if (next === old) return [];
  return [
    next === undefined
      ? `  password: removed; the next rotation makes the user ${user}`
      : "  password: the one given",
  ];
}

/** Between set and finish of a single user the database may have either password; the wrong one would be kept here. */
function unfinished(id: string): Error {
  return new Error(
    `no rotation of the secret must be under way while its password stays, but version ${id} is AWSPENDING, and the database ` +
      "may have its password already. Let the rotation end first (docs/operations.md#a-stuck-rotation), or give the password " +
      "that logs in with --password",
  );
}
