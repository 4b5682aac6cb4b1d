import fc from "fast-check";
import { RefusedError, UnexpectedError } from "../../../../lambda/rotation/support/errors";
import type { RotationWorld } from "../support/rotation-world";
import type { HandMade, Kept, Snapshot, TakeoverTarget } from "./catalog";

const BASES = ["pay", "ord"] as const;
type Base = (typeof BASES)[number];

/** Every name that a case can have. */
const NAMES = [...BASES.flatMap((base) => [base, `${base}_clone`]), "fresh", "fresh_clone", "iam"];

type Relation = "not" | "by the superuser" | "with ADMIN OPTION" | "by itself" | "by a third role";

/** Whose users there are before the secret that is played. */
export type Household =
  | {
      readonly made: "by hand";
      readonly users: readonly Omit<HandMade, "name" | "password">[];
      readonly which: "user" | "clone" | "both";
      readonly related: Relation;
      readonly reversed: boolean;
    }
  | {
      readonly made: "by us";
      readonly strategy: "single-user" | "alternating-users";
      readonly rotations: number;
    }
  | { readonly made: "by AWS"; readonly rotations: number };

type Tags = Readonly<Record<string, string>>;

export interface Value {
  readonly username: string;
  readonly password: "right" | "wrong" | "none";
}

export type Act =
  | { readonly act: "rotate" }
  | ({ readonly act: "put" } & Value)
  | ({ readonly act: "forge AWSPENDING" } & Value)
  | { readonly act: "tag"; readonly tags: Tags }
  | { readonly act: "owner sets the password"; readonly user: string }
  | { readonly act: "rotate the other secret"; readonly base: Base };

export interface Case {
  readonly households: Readonly<Partial<Record<Base, Household>>>;
  readonly tags: Tags;
  readonly first: Value;
  readonly acts: readonly Act[];
}

const often = <T>(...choices: readonly (readonly [number, T])[]): fc.Arbitrary<T> =>
  fc.oneof(...choices.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })));

const handMade = fc.record({
  hosts: often<readonly string[]>(
    [6, ["%"]],
    [1, ["10.9.%"]],
    [1, ["127.0.0.1"]],
    [2, ["%", "10.9.%"]],
    [1, ["%", "127.0.0.1"]],
  ),
  grants: fc.constantFrom("none", "some", "more"),
  isGroup: often([9, false], [1, true]),
});

const household: fc.Arbitrary<Household> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      made: fc.constant("by hand" as const),
      users: fc.tuple(handMade, handMade),
      which: fc.constantFrom("user", "clone", "both"),
      related: often<Relation>(
        [4, "not"],
        [1, "by the superuser"],
        [1, "with ADMIN OPTION"],
        [1, "by itself"],
        [1, "by a third role"],
      ),
      reversed: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      made: fc.constant("by us" as const),
      strategy: fc.constantFrom("single-user", "alternating-users"),
      rotations: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ made: fc.constant("by AWS" as const), rotations: fc.integer({ min: 1, max: 3 }) }),
  },
);

const username = often(
  [6, "pay"],
  [6, "pay_clone"],
  [1, "ord"],
  [1, "ord_clone"],
  [1, "fresh"],
  [1, "fresh_clone"],
);
const password = often<Value["password"]>([3, "none"], [8, "right"], [1, "wrong"]);
const value = fc.record({ username, password });

/** An absent tag is drawn as none. */
const tagsOf = (drawn: Readonly<Record<string, fc.Arbitrary<string>>>): fc.Arbitrary<Tags> =>
  fc
    .record(drawn)
    .map((all) => Object.fromEntries(Object.entries(all).filter(([, text]) => text !== "none")));

const harmless = {
  "rotation:user": often([1, "none"], [3, "pay"]),
  "rotation:strategy": often([1, "none"], [1, "single-user"], [4, "alternating-users"]),
  "rotation:group-roles": often([3, "none"], [1, "readers"]),
  "rotation:grants": often([3, "none"], [1, "SELECT:tables:shop"]),
};
const tags: fc.Arbitrary<Tags> = fc.oneof(
  { weight: 3, arbitrary: tagsOf(harmless) },
  {
    weight: 1,
    arbitrary: tagsOf({
      ...harmless,
      "rotation:user": often([1, "none"], [3, "pay"], [1, "ord"], [1, "fresh"], [1, "pay_clone"]),
      "rotation:group-roles": often([3, "none"], [1, "readers"], [1, "pay"], [1, "pay_clone"]),
      "rotation:iam-user": often([3, "none"], [1, "pay"], [1, "pay_clone"], [1, "iam"]),
    }),
  },
);

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: fc.constant({ act: "rotate" as const }) },
  { weight: 3, arbitrary: value.map((one) => ({ act: "put" as const, ...one })) },
  { weight: 1, arbitrary: value.map((one) => ({ act: "forge AWSPENDING" as const, ...one })) },
  { weight: 1, arbitrary: tags.map((one) => ({ act: "tag" as const, tags: one })) },
  { weight: 1, arbitrary: username.map((user) => ({ act: "owner sets the password" as const, user })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...BASES).map((base) => ({ act: "rotate the other secret" as const, base })),
  },
);

export const anyCase: fc.Arbitrary<Case> = fc.record({
  households: fc.record({ pay: household, ord: household }, { requiredKeys: ["pay"] }),
  tags,
  first: value,
  acts: fc.array(act, { minLength: 2, maxLength: 8 }),
});

export class TakenOver extends Error {}

/** Plays what a secret's writer, its owner and Secrets Manager do, and compares the users before and after each act. */
export class Takeover {
  /** What came of it, and how often: outcomes of rotations, by the class of their error, and users that were looked at. */
  readonly counts: Record<string, number> = {};
  #owned = new Map<string, string>();
  #others = new Map<Base, string>();
  #passwords = 0;

  constructor(
    readonly target: TakeoverTarget,
    readonly world: RotationWorld,
  ) {}

  async play({ households, tags: first, first: value, acts }: Case): Promise<void> {
    this.#count("cases");
    await this.target.drop(NAMES);
    this.#owned = new Map();
    this.#others = new Map();
    for (const base of BASES) {
      const one = households[base];
      if (one !== undefined) await this.#settle(base, one);
    }
    const arn = this.world.secrets.create(this.#valueOf(value), { ...first });
    for (const one of acts)
      await this.#watch(one.act === "rotate the other secret" ? this.#others.get(one.base) : arn, one);
  }

  #count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }

  async #settle(base: Base, one: Household): Promise<void> {
    const clone = `${base}_clone`;
    if (one.made === "by us") {
      const arn = this.world.secrets.create(this.#connection(base), {
        "rotation:user": base,
        "rotation:strategy": one.strategy,
      });
      for (let rotation = 0; rotation < one.rotations; rotation++) await this.world.rotate(arn);
      this.#others.set(base, arn);
      return;
    }
    const plain = { hosts: ["%"], grants: "some", isGroup: false } as const;
    if (one.made === "by AWS") {
      await this.#make(base, plain);
      for (let rotation = 0; rotation < one.rotations; rotation++) {
        const [current, pending] = rotation % 2 === 0 ? [base, clone] : [clone, base];
        await this.target.setAsAws(current, pending, this.#newPassword(pending));
      }
      return;
    }
    const [user = plain, other = plain] = one.users;
    if (one.which !== "clone") await this.#make(base, user);
    if (one.which !== "user") await this.#make(clone, other);
    if (one.which !== "both" || one.related === "not") return;
    const [member, group] = one.reversed ? [base, clone] : [clone, base];
    await this.target.relate(member, group, one.related);
  }

  async #make(name: string, how: Omit<HandMade, "name" | "password">): Promise<void> {
    await this.target.make({ ...how, name, password: this.#newPassword(name) });
  }

  #newPassword(name: string): string {
    const password = `Of-${name}-${this.#passwords++}`;
    this.#owned.set(name, password);
    return password;
  }

  /** The password that somebody who knows it writes: the owner's, or that of the other secret. */
  #rightPassword(name: string): string {
    for (const arn of this.#others.values()) {
      for (const stage of ["AWSCURRENT", "AWSPREVIOUS"]) {
        const { username, password } = this.world.secrets.at(arn, stage);
        if (username === name && password !== undefined) return password;
      }
    }
    return this.#owned.get(name) ?? "of-nobody";
  }

  #connection(name: string): Record<string, unknown> {
    // Without TLS, of which there are tests elsewhere: it would take half of the time.
    return { ...this.target.connection(name), ssl: false, masterarn: this.target.superuserArn };
  }

  #valueOf({ username: name, password }: Value): Record<string, unknown> {
    if (password === "none") return this.#connection(name);
    return {
      ...this.#connection(name),
      password: password === "right" ? this.#rightPassword(name) : "Wrong-1",
    };
  }

  async #watch(arn: string | undefined, one: Act): Promise<void> {
    if (arn === undefined) return;
    const { secrets } = this.world;
    if (one.act === "put") return void secrets.put(arn, this.#valueOf(one));
    if (one.act === "owner sets the password") {
      return await this.target.setPassword(one.user, this.#newPassword(one.user));
    }
    if (one.act === "tag") {
      const present = secrets.secret(arn).tags;
      present.clear();
      for (const [name, text] of Object.entries(one.tags)) present.set(name, text);
      return;
    }
    const before = await this.target.snapshot(NAMES);
    const mayTouch = await this.#rightsOf(arn, before);
    const error = await this.#rotate(arn, one.act === "forge AWSPENDING" ? this.#valueOf(one) : undefined);
    const after = await this.target.snapshot(NAMES);
    this.#compare(before, after, mayTouch, error);
  }

  async #rotate(arn: string, forged: Record<string, unknown> | undefined): Promise<unknown> {
    const { secrets } = this.world;
    secrets.abandonRotation(arn);
    const id = secrets.startRotation(arn);
    try {
      if (forged !== undefined) {
        await secrets.putPending(arn, { id, value: JSON.stringify(forged), rotationToken: undefined });
      }
      await this.world.steps(arn, id, forged === undefined ? "createSecret" : "setSecret");
      this.#count("rotated");
      return undefined;
    } catch (error) {
      if (error instanceof UnexpectedError) throw error;
      this.#count((error as Error).name);
      return error;
    }
  }

  /** The definition: whose password, grants, memberships and attributes this secret may have changed. */
  async #rightsOf(arn: string, before: Snapshot): Promise<(kept: Kept) => boolean> {
    const { secrets } = this.world;
    const current = await this.#openedBy(before, secrets.at(arn, "AWSCURRENT"));
    const previous = await this.#openedBy(before, secrets.at(arn, "AWSPREVIOUS"));
    const isSingle = secrets.secret(arn).tags.get("rotation:strategy") === "single-user";
    const own = this.target.markOf(arn);
    const named = before.filter(({ user }) => user === secrets.at(arn, "AWSCURRENT").username);
    return (kept) => {
      if (kept.marks.includes(own)) return true;
      // A single user changes its own password, logged in as itself: nothing that it could not do without us.
      if (isSingle)
        return (
          kept === current || (kept === previous && kept.user === secrets.at(arn, "AWSCURRENT").username)
        );
      if (kept.marks.length > 0) return false;
      if (kept === current) return true;
      // One with the secret's own mark was made as the twin of a user that the secret opened then: a pair ever since.
      const partner = current ?? named.find(({ marks }) => marks.includes(own));
      if (partner === undefined || partner.marks.some((mark) => mark !== own)) return false;
      const isAlternate = kept.user === `${partner.user}_clone` || partner.user === `${kept.user}_clone`;
      return isAlternate && this.target.isPair(before, partner, kept, previous);
    };
  }

  async #openedBy(
    snapshot: Snapshot,
    { username: name, password }: Record<string, string>,
  ): Promise<Kept | undefined> {
    if (password === undefined) return undefined;
    const account = this.target.opened(snapshot.filter(({ user }) => user === name));
    return account !== undefined && (await account.accepts(password)) ? account : undefined;
  }

  #compare(before: Snapshot, after: Snapshot, mayTouch: (kept: Kept) => boolean, error: unknown): void {
    const names = (all: Snapshot) => all.map(({ user, host = "" }) => `${user}@${host}`).sort();
    if (error instanceof RefusedError && names(before).join() !== names(after).join()) {
      throw new TakenOver(`a refused rotation made users: ${names(before)} became ${names(after)}`);
    }
    for (const kept of before) {
      const now = after.find(({ user, host }) => user === kept.user && host === kept.host);
      if (now?.state === kept.state) this.#count("users left alone");
      else if (mayTouch(kept)) this.#count("users changed with right");
      else
        throw new TakenOver(
          `${names([kept])} was changed:\n${kept.state}\n${now?.state}\n${error ?? "no error"}`,
        );
    }
    for (const made of after) {
      const namesakes = before.filter(({ user }) => user === made.user);
      if (namesakes.some(({ host }) => host === made.host)) continue;
      if (namesakes.some((kept) => !mayTouch(kept)))
        throw new TakenOver(`${names([made])} was made beside another's`);
    }
  }
}

/** A user's secret as its owner has it, which rotates twice: played before what is drawn, most of which is refused. */
const plain = (strategy: string): Case => ({
  households: {
    pay: {
      made: "by hand",
      users: [{ hosts: ["%"], grants: "some", isGroup: false }],
      which: "user",
      related: "not",
      reversed: false,
    },
  },
  tags: { "rotation:strategy": strategy },
  first: { username: "pay", password: "right" },
  acts: [{ act: "rotate" }, { act: "rotate" }],
});
const PLAIN = [plain("single-user"), plain("alternating-users")];

/** @throws Error if a user was taken over, or if the rotations that nothing speaks against did not change theirs. */
export async function playAtRandom(takeover: Takeover, sample: number): Promise<void> {
  const numRuns = Number(process.env.TAKEOVER_CASES ?? sample);
  const seed = Number(process.env.TAKEOVER_SEED ?? Math.floor(Math.random() * 2 ** 31));
  for (const one of PLAIN) await takeover.play(one);
  const { rotated, "users changed with right": changed } = takeover.counts;
  // The one that makes the second of a pair changes the first, too.
  if (rotated !== 4 || changed !== 4)
    throw new Error(`plain secrets do not rotate: ${JSON.stringify(takeover.counts)}`);
  await fc.assert(
    fc.asyncProperty(anyCase, (one) => takeover.play(one)),
    { numRuns, seed },
  );
  console.log(`${takeover.target.name}, seed ${seed}: ${JSON.stringify(takeover.counts)}, 0 taken over`);
}
