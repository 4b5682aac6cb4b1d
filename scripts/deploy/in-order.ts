import type { Verdict } from "../review/review";

/** What became of a stack. */
export type Outcome =
  | { readonly kind: "unchanged" }
  /** With the verdict and the digest of the review, where there is one that can be shown. */
  | { readonly kind: "changed"; readonly verdict?: Verdict; readonly digest?: string }
  /** Its plan needs what other stacks do not have yet, or it was left alone because of one of them. */
  | { readonly kind: "waiting"; readonly why: string; readonly previewed: boolean }
  | { readonly kind: "not begun"; readonly why: string }
  /** It needs what no stack makes, but a person, who is told how. */
  | { readonly kind: "for you"; readonly what: string }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "failed"; readonly error: Error };

interface Named {
  readonly name: string;
}

export interface OrderOptions<T extends Named> {
  /** The names of those that have to be done before it. Names that are not among the given ones do not count. */
  readonly after: (one: T) => readonly string[];
  /** Does the work; must not throw. */
  readonly work: (one: T) => Promise<Outcome>;
  /** Whether those that wait for none of the others are dealt with at the same time. */
  readonly parallel: boolean;
}

/**
 * Deals with each once all those are done that come before it, and with none that comes after one which was not done.
 *
 * @param ordered each after all that come before it
 */
export async function inOrder<T extends Named>(
  ordered: readonly T[],
  { after, work, parallel }: OrderOptions<T>,
): Promise<ReadonlyMap<string, Outcome>> {
  const turns = new Map<string, Promise<Outcome>>();
  for (const one of ordered) {
    const before = parallel ? after(one) : [...turns.keys()];
    turns.set(one.name, take(one, before));
  }

  async function take(one: T, before: readonly string[]): Promise<Outcome> {
    const outcomes = new Map(
      await Promise.all(before.map(async (name) => [name, await turns.get(name)] as const)),
    );
    const undone = after(one).find((name) => !isDone(outcomes.get(name)));
    return undone === undefined ? await work(one) : { kind: "not begun", why: `it comes after ${undone}` };
  }

  return new Map(await Promise.all([...turns].map(async ([name, turn]) => [name, await turn] as const)));
}

function isDone(outcome: Outcome | undefined): boolean {
  return outcome === undefined || outcome.kind === "changed" || outcome.kind === "unchanged";
}
