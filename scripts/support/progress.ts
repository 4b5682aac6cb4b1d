const SGR = { green: 32, red: 31, dim: 2 } as const;
type Style = keyof typeof SGR;

export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const TITLE_WIDTH = 46;

/** One line per stage: a spinner with the time so far on a terminal, plain lines elsewhere. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #animated: boolean;
  readonly #coloured: boolean;

  constructor(terminal: Terminal = process.stdout, environment: NodeJS.ProcessEnv = process.env) {
    this.#terminal = terminal;
    const isTerminal = terminal.isTTY === true && environment.TERM !== "dumb";
    this.#animated = isTerminal && !environment.CI;
    this.#coloured = isTerminal && !environment.NO_COLOR;
  }

  /**
   * Runs `work` as a stage. Its result is added to the line with `detail`, which may be called again and again.
   *
   * @param animated `false` where `work` itself writes to the terminal: the line then comes after it
   */
  async stage<T>(
    title: string,
    work: (detail: (text: string) => void) => Promise<T>,
    animated = true,
  ): Promise<T> {
    const isAnimated = this.#animated && animated;
    const started = performance.now();
    let text = "";
    let frame = 0;
    const redraw = (): void => {
      const mark = FRAMES[frame++ % FRAMES.length] ?? "";
      // A line that wraps could not be drawn over.
      const room = (this.#terminal.columns ?? 80) - TITLE_WIDTH - 12;
      this.#replaceLine(
        this.#line(mark, title, performance.now() - started, text.slice(0, Math.max(0, room))),
      );
    };
    const timer = isAnimated ? setInterval(redraw, 100) : undefined;
    const finish = (mark: string): void => {
      clearInterval(timer);
      const line = this.#line(mark, title, performance.now() - started, text);
      if (isAnimated) this.#replaceLine(`${line}\n`);
      else this.#terminal.write(`${line}\n`);
    };
    try {
      const result = await work((detail) => {
        text = detail;
      });
      finish(this.paint("green", "✓"));
      return result;
    } catch (error) {
      finish(this.paint("red", "✗"));
      throw error;
    }
  }

  say(text: string): void {
    this.#terminal.write(`${text}\n`);
  }

  paint(style: Style, text: string): string {
    return this.#coloured ? `\u001b[${SGR[style]}m${text}\u001b[0m` : text;
  }

  #line(mark: string, title: string, elapsedMs: number, detail: string): string {
    const time = seconds(elapsedMs).padStart(7);
    return `${mark} ${title.padEnd(TITLE_WIDTH)}${this.paint("dim", time)}${detail === "" ? "" : `  ${detail}`}`;
  }

  #replaceLine(line: string): void {
    this.#terminal.write(`\r\u001b[2K${line}`);
  }
}

/** A time for people: `4.2 s`, `1 min 12 s`. */
export function seconds(milliseconds: number): string {
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const whole = Math.round(milliseconds / 1000);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
