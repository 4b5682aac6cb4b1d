import { changed, problems } from "../../../support/environment-files";

export interface Refusal {
  /** What is changed in the settings. */
  readonly change: Readonly<Record<string, unknown>>;
  /** @default - the path that was changed */
  readonly path?: string;
  readonly rule: string;
  readonly got: string;
  readonly fix: string;
}

/** A test for each change, which has to be the one problem that is found. */
export function refuses(settings: Record<string, unknown>, cases: readonly Refusal[]): void {
  test.each(
    cases.map((refusal) => [`${Object.keys(refusal.change).join(", ")} ${refusal.got}`, refusal] as const),
  )("%s", (_, { change, path = Object.keys(change)[0], rule, got, fix }) => {
    expect(problems(changed(settings, change))).toEqual([{ path, rule, got, fix }]);
  });
}
