import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Driver, type DriverOptions, type Outcomes } from "../../../../scripts/deploy/driver";
import { selectStacks, synthesizedStacks } from "../../../../scripts/deploy/stacks";
import { terraformOptions } from "../../../../scripts/deploy/terraform-options";
import { type WrittenStack, writeStacks } from "./synthesized";

export const environment = { CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" };

const log = (word: string): string => `echo ${word} >> "$LOG"`;

export const CHAIN: Readonly<Record<string, WrittenStack>> = {
  application: {
    needs: ["foundation", "native"],
    reads: ["native.value"],
    onCreate: log("+application"),
    onDestroy: log("-application"),
  },
  foundation: { onCreate: log("+foundation"), onDestroy: log("-foundation") },
  native: {
    needs: ["foundation"],
    reads: ["foundation.value"],
    onCreate: log("+native"),
    onDestroy: log("-native"),
  },
};

export function kinds(outcomes: Outcomes): Record<string, string> {
  return Object.fromEntries([...outcomes].map(([name, { kind }]) => [name, kind]));
}

/** Drivers of the tests of a file, each of which has a folder of its own. */
export function drivers() {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "driver-"));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  return {
    /** The test's. */
    folder: () => directory,

    /** A driver on stacks that are written to the test's folder, and all lines that it shows. */
    driving(stacks: Readonly<Record<string, WrittenStack>>, options: Partial<DriverOptions> = {}) {
      const output = writeStacks(directory, stacks);
      const all = synthesizedStacks(output);
      const lines: string[] = [];
      const driver = new Driver({
        all,
        environment,
        screen: {
          isTerraforms: false,
          coloured: false,
          begin: () => {},
          line: (stack, text) => lines.push(`${stack}: ${text}`),
        },
        extra: terraformOptions([]),
        ...options,
      });
      return { driver, all, lines, named: (...names: string[]) => selectStacks(all, names) };
    },

    logging: () => ({ environment: { ...environment, LOG: join(directory, "log") } }),

    /** In which order resources were made and destroyed. */
    logged: () => readFileSync(join(directory, "log"), "utf8").trim().split("\n"),
  };
}
