import { createWriteStream } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pythonEnvironment } from "../../scripts/machine/python-environment";
import { endProcess, startProcess } from "../../scripts/support/processes";
import { withoutAwsSettings } from "./aws-settings";
import { type Front, startFront } from "./front";
import { SecretsManager } from "./secrets-manager";

export interface AwsEmulator extends Omit<Front, "port" | "stop"> {
  /** Where Terraform and the functions find every service. It lives in this process, so do not block its event loop. */
  readonly endpoint: string;
  readonly port: number;
  /** moto itself, which also tells what its Secrets Manager keeps. */
  readonly motoEndpoint: string;
  readonly pid: number;
  readonly log: string;
  readonly secretsManager: SecretsManager;
  stop(): Promise<void>;
}

export interface AwsEmulatorOptions {
  /** Where the log goes. */
  readonly directory: string;
  /** Called once on a machine, before moto is installed, which takes a while. */
  readonly onInstall?: () => void;
}

const START_TIMEOUT_MS = 60_000;

/** Starts an empty AWS: a moto server and, in front of it, the parts of Secrets Manager that moto does not play. */
export async function startAwsEmulator({ directory, onInstall }: AwsEmulatorOptions): Promise<AwsEmulator> {
  await mkdir(directory, { recursive: true });
  const log = join(directory, "aws-emulator.log");
  const python = await pythonEnvironment(join(__dirname, "requirements.txt"), onInstall);
  // The user's credentials must not reach it by any way of configuring the AWS SDK for Python.
  const credentials = {
    ...withoutAwsSettings(),
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_CONFIG_FILE: "/dev/null",
  };
  const child = startProcess(python, [join(__dirname, "moto_server.py")], {
    env: { ...process.env, ...credentials, MOTO_IAM_LOAD_MANAGED_POLICIES: "true", PYTHONUNBUFFERED: "1" },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const file = createWriteStream(log, { flags: "a" });
  child.stderr?.pipe(file);

  let timer: NodeJS.Timeout | undefined;
  try {
    const motoPort = await new Promise<number>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error("no answer")), START_TIMEOUT_MS);
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`exit code ${code}`)));
      child.stdout?.once("data", (chunk: Buffer) => resolve(Number(chunk.toString())));
    }).finally(() => clearTimeout(timer));
    const motoEndpoint = `http://127.0.0.1:${motoPort}`;
    // Functions run here, from their zip, not in Docker.
    const configured = await fetch(`${motoEndpoint}/moto-api/config`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ lambda: { use_docker: false } }),
    });
    if (!configured.ok) throw new Error(`moto refused its configuration: HTTP ${configured.status}`);

    const secretsManager = new SecretsManager(motoEndpoint);
    const front = await startFront(motoPort, secretsManager);
    const stop = async (): Promise<void> => {
      await front.stop();
      await endProcess(child);
    };
    const endpoint = `http://127.0.0.1:${front.port}`;
    return { ...front, endpoint, motoEndpoint, pid: child.pid ?? 0, log, secretsManager, stop };
  } catch (error) {
    await endProcess(child);
    const tail = (await readFile(log, "utf8").catch(() => "")).trim().split("\n").at(-1);
    throw new Error(`the AWS emulator did not start: ${(error as Error).message}; ${tail} (${log})`);
  }
}
