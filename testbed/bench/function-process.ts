import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { AwsEmulator } from "../aws/aws-emulator";

export const REGION = "ap-northeast-2";
export const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };

/** What the AWS SDK of a function finds the emulator by. */
export function emulatorVariables({ endpoint }: AwsEmulator): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  };
}

/** What a function answered to an event, or how it failed. */
export interface Answer {
  readonly result?: unknown;
  readonly error?: string;
  readonly peakRssMb: number;
}

/** A function in a process of its own. */
export interface FunctionProcess {
  readonly loadMs: number;
  invoke(event: unknown): Promise<Answer>;
  /** Ends it; gives all that it has printed. */
  end(): Promise<string>;
}

/** @param file the code of its zip. */
export async function startFunction(
  file: string,
  environment: Record<string, string>,
): Promise<FunctionProcess> {
  const child = fork(join(__dirname, "function-runner.cjs"), [file], {
    env: { ...process.env, ...environment },
    // The SDK warns of old releases of Node.
    execArgv: ["--no-warnings"],
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  let output = "";
  child.stdout?.setEncoding("utf8").on("data", (text) => {
    output += text;
  });
  const [{ loadMs }] = (await once(child, "message")) as [{ loadMs: number }];
  const invoke = async (event: unknown): Promise<Answer> => {
    child.send(event as object);
    const [answer] = (await once(child, "message")) as [Answer];
    if (answer.error) throw new Error(answer.error);
    return answer;
  };
  const end = async (): Promise<string> => {
    child.kill();
    await once(child, "close");
    return output;
  };
  return { loadMs, invoke, end };
}
