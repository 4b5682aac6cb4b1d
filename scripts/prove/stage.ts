import type { Progress } from "../support/progress";

/** What a stage has shown. */
export interface Stage {
  readonly title: string;
  readonly milliseconds: number;
  /** What it saw, or why it failed. */
  readonly detail: string;
  readonly held: boolean;
}

export interface StageOptions {
  readonly progress: Progress;
  /** Whether the work itself writes to the terminal, or asks there: nothing may draw over it. @default false */
  readonly talks?: boolean;
}

/** Runs, times and shows a stage. An error of the work is what it has shown. */
export async function play(
  title: string,
  work: () => Promise<string>,
  { progress, talks = false }: StageOptions,
): Promise<Stage> {
  const started = performance.now();
  const stage = (detail: string, held: boolean): Stage => ({
    title,
    milliseconds: performance.now() - started,
    detail,
    held,
  });
  try {
    return await progress.stage(
      title,
      async (show) => {
        const detail = await work();
        show(detail);
        return stage(detail, true);
      },
      !talks,
    );
  } catch (error) {
    const { message } = error as Error;
    progress.say(message);
    return stage(message, false);
  }
}
