import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Front, startFront } from "./front";
import { type Moto, startMoto } from "./moto";
import { SecretsManager } from "./secrets-manager";

export interface AwsEmulator extends Omit<Front, "port" | "stop"> {
  /** Where Terraform and the functions find every service. It lives in this process, so do not block its event loop. */
  readonly endpoint: string;
  /** moto itself, which also tells what its Secrets Manager keeps. */
  readonly motoEndpoint: string;
  readonly secretsManager: SecretsManager;
  stop(): Promise<void>;
}

export interface AwsEmulatorOptions {
  /** Where the log goes. */
  readonly directory: string;
  /** Called once on a machine, before moto is installed, which takes a while. */
  readonly onInstall?: () => void;
}

/** Starts an empty AWS: a moto server and, in front of it, the parts of Secrets Manager that moto does not play. */
export async function startAwsEmulator({ directory, onInstall }: AwsEmulatorOptions): Promise<AwsEmulator> {
  await mkdir(directory, { recursive: true });
  const log = join(directory, "aws-emulator.log");
  let moto: Moto | undefined;
  try {
    moto = await startMoto(log, onInstall);
    const motoEndpoint = `http://127.0.0.1:${moto.port}`;
    // Functions run here, from their zip, not in Docker.
    const configured = await fetch(`${motoEndpoint}/moto-api/config`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ lambda: { use_docker: false } }),
    });
    if (!configured.ok) throw new Error(`moto refused its configuration: HTTP ${configured.status}`);

    const secretsManager = new SecretsManager(motoEndpoint);
    const front = await startFront(moto.port, secretsManager);
    const stop = async (): Promise<void> => {
      await front.stop();
      await moto?.stop();
    };
    const endpoint = `http://127.0.0.1:${front.port}`;
    return { ...front, endpoint, motoEndpoint, secretsManager, stop };
  } catch (error) {
    await moto?.stop();
    const tail = (await readFile(log, "utf8").catch(() => "")).trim().split("\n").at(-1);
    throw new Error(`the AWS emulator did not start: ${(error as Error).message}; ${tail} (${log})`);
  }
}
