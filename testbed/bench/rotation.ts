import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateSecretCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { unzipSync } from "fflate";
import { readSettings, rotationVariables } from "../../lambda/rotation/contract/variables";
import { connectWith } from "../../lambda/rotation/engines/postgresql/connection";
import { postgresql } from "../../lambda/rotation/engines/postgresql/engine";
import { engineRegistry } from "../../lambda/rotation/engines/registry";
import type { Connect } from "../../lambda/rotation/engines/sql-connection";
import { awsSecretsManager, createClient } from "../../lambda/rotation/ports/aws-secrets-manager";
import { createLog } from "../../lambda/rotation/ports/log";
import type { SecretsManagerPort } from "../../lambda/rotation/ports/secrets-manager";
import { rotate } from "../../lambda/rotation/rotate";
import { createCertificateAuthority } from "../../scripts/support/certificates";
import { type AwsEmulator, startAwsEmulator } from "../aws/aws-emulator";
import { ROTATION_STEPS, RotationScheduler } from "../aws/rotation-scheduler";
import type { Invocation } from "../lambda/lambda-runner";
import { type LocalPostgres, startPostgres } from "../postgres/postgres";
import { CREDENTIALS, emulatorVariables, REGION, startFunction } from "./function-process";

const ROOT = join(__dirname, "..", "..");
const ROTATIONS = 9;
const LOADS = 20;

type Print = (name: string, figure: string) => void;
type Invoke = (event: unknown) => Promise<void>;

/** The figures of the rotation function: on the emulator and an embedded PostgreSQL, both on this machine. */
export async function benchRotation(print: Print): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "bench-rotation-"));
  const authority = await createCertificateAuthority("bench");
  const database = await startPostgres({
    directory: join(directory, "postgres"),
    certificateAuthority: authority,
    hosts: ["localhost"],
  });
  const emulator = await startAwsEmulator({ directory });
  const bench = new Bench(emulator, database, authority.certificatePem, print);
  try {
    await bench.bundle(directory);
    for (const strategy of ["single-user", "alternating-users"]) await bench.rotations(strategy);
    await bench.memory(join(directory, "index.js"));
  } finally {
    await emulator.stop();
    await database.stop();
    await rm(directory, { recursive: true });
  }
  crashCases(print);
}

class Bench {
  readonly #client: SecretsManagerClient;
  #superuserArn = "";
  #waiting = { secretsManager: 0, database: 0 };

  constructor(
    private readonly emulator: AwsEmulator,
    private readonly database: LocalPostgres,
    private readonly certificatePem: string,
    private readonly print: Print,
  ) {
    Object.assign(process.env, {
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    });
    this.#client = new SecretsManagerClient({
      endpoint: emulator.endpoint,
      region: REGION,
      credentials: CREDENTIALS,
    });
  }

  /** Size, what it is made of, and how long a fresh process takes to load it. */
  async bundle(directory: string): Promise<void> {
    const { functionBundle } = await import("../../scripts/build/main.mjs" as string);
    const { code, modules } = await functionBundle("lambda/rotation/handler.ts");
    const zip = await readFile(join(ROOT, "dist", "lambda", "rotation.zip"));
    const file = join(directory, "index.js");
    await writeFile(file, unzipSync(zip)["index.js"] ?? code);
    const largest = (Object.entries(modules) as [string, number][]).sort(([, a], [, b]) => b - a).slice(0, 5);
    this.print(
      "rotation function: code",
      `${(code.length / 1000).toFixed(0)} kB, zip ${(zip.length / 1000).toFixed(0)} kB`,
    );
    for (const [name, bytes] of largest)
      this.print(`  ${name.replace("node_modules/", "")}`, `${(bytes / 1000).toFixed(0)} kB`);

    const times: number[] = [];
    for (let load = 0; load <= LOADS; load++) {
      const { end, loadMs } = await startFunction(file, {});
      await end();
      // The first one fills caches of the operating system.
      if (load > 0) times.push(loadMs);
    }
    this.print(`module load, median of ${LOADS} fresh processes`, `${median(times).toFixed(0)} ms`);
  }

  /** Warm: after a first rotation, each step in the same process. */
  async rotations(strategy: string): Promise<void> {
    const arn = await this.#secret(strategy);
    const rotateOnce = (times: number[]) => this.#rotate(arn, (event) => this.#invoke(event), times);
    for (let warmUp = 0; warmUp < 3; warmUp++) await rotateOnce([]);

    const before = total(this.emulator.secretsManager.calls);
    this.#waiting = { secretsManager: 0, database: 0 };
    const perStep: number[][] = [];
    for (let rotation = 0; rotation < ROTATIONS; rotation++) {
      const times: number[] = [];
      await rotateOnce(times);
      perStep.push(times);
    }
    const calls = (total(this.emulator.secretsManager.calls) - before) / ROTATIONS;
    const wall = perStep.map((times) => times.reduce((sum, time) => sum + time, 0));
    const all = wall.reduce((sum, time) => sum + time, 0);
    const share = (waited: number) => `${((100 * waited) / all).toFixed(0)} %`;
    this.print(`${strategy}: AWS API calls of a rotation`, `${calls}`);
    const steps = ROTATION_STEPS.map(
      (step, index) => `${step} ${median(perStep.map((times) => times[index] ?? 0)).toFixed(0)}`,
    );
    this.print(
      `${strategy}: four steps, warm, median`,
      `${median(wall).toFixed(0)} ms (${steps.join(", ")})`,
    );
    this.print(
      `${strategy}: of which waiting for`,
      `Secrets Manager ${share(this.#waiting.secretsManager)}, database ${share(this.#waiting.database)}`,
    );
  }

  /** In a process of its own, from the zip, through a whole rotation of each strategy. */
  async memory(file: string): Promise<void> {
    const { invoke: call, end } = await startFunction(file, this.#environment());
    let peak = 0;
    const invoke: Invoke = async (event) => {
      peak = (await call(event)).peakRssMb;
    };
    for (const strategy of ["single-user", "alternating-users"]) {
      const arn = await this.#secret(strategy);
      for (let rotation = 0; rotation < 3; rotation++) await this.#rotate(arn, invoke, []);
    }
    await end();
    this.print("peak memory of rotations, in a fresh process", `${peak.toFixed(0)} MB RSS`);
  }

  /** As Terraform makes it, so the first rotation makes the user. */
  async #secret(strategy: string): Promise<string> {
    const create = async (value: object, tags: Record<string, string> = {}) => {
      const { ARN = "" } = await this.#client.send(
        new CreateSecretCommand({
          Name: `bench-${Math.random().toString(36).slice(2)}`,
          SecretString: JSON.stringify(value),
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        }),
      );
      return ARN;
    };
    this.#superuserArn ||= await create(this.database.superuser);
    const username = `bench_${Math.random().toString(36).slice(2)}`;
    const { port, databaseName } = this.database;
    const SecretId = await create(
      { engine: "postgres", host: "localhost", port, dbname: databaseName, username },
      { "rotation:user": username, "rotation:strategy": strategy },
    );
    await this.#client.send(
      new RotateSecretCommand({
        SecretId,
        RotationLambdaARN: `arn:aws:lambda:${REGION}:123456789012:function:rotation`,
        RotationRules: { AutomaticallyAfterDays: 7 },
        RotateImmediately: false,
      }),
    );
    return SecretId;
  }

  async #rotate(arn: string, invoke: Invoke, times: number[]): Promise<void> {
    const runner = {
      invoke: async (_: string, event: unknown): Promise<Invocation> => {
        const started = performance.now();
        await invoke(event);
        times.push(performance.now() - started);
        return { durationMs: performance.now() - started, log: "" };
      },
    };
    await new RotationScheduler(this.emulator.secretsManager, runner, REGION).rotate(arn);
  }

  #environment(): Record<string, string> {
    return {
      ...rotationVariables({
        host: "localhost",
        certificateAuthority: this.certificatePem,
        superuserSecretArn: this.#superuserArn,
      }),
      ...emulatorVariables(this.emulator),
    };
  }

  readonly #sdk = { port: undefined as SecretsManagerPort | undefined };

  async #invoke(event: unknown): Promise<void> {
    const settings = readSettings(this.#environment());
    this.#sdk.port ??= awsSecretsManager(createClient(this.emulator.endpoint));
    await rotate(event, {
      secrets: this.#timedSecrets(this.#sdk.port),
      engines: engineRegistry(postgresql({ connect: this.#timedConnect(connectWith(this.certificatePem)) })),
      settings,
      log: createLog(() => undefined),
      sleep,
      now: () => performance.now(),
    });
  }

  async #timed<T>(what: "secretsManager" | "database", work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    try {
      return await work();
    } finally {
      this.#waiting[what] += performance.now() - started;
    }
  }

  #timedSecrets(port: SecretsManagerPort): SecretsManagerPort {
    return {
      describe: (id) => this.#timed("secretsManager", () => port.describe(id)),
      getValue: (id, version) => this.#timed("secretsManager", () => port.getValue(id, version)),
      putPending: (id, version) => this.#timed("secretsManager", () => port.putPending(id, version)),
      moveCurrent: (id, move) => this.#timed("secretsManager", () => port.moveCurrent(id, move)),
      moveOvertaken: (id, move) => this.#timed("secretsManager", () => port.moveOvertaken(id, move)),
    };
  }

  #timedConnect(connect: Connect): Connect {
    return async (server, credentials) => {
      const connection = await this.#timed("database", () => connect(server, credentials));
      if ("refused" in connection) return connection;
      return {
        run: (intent, sql, values) => this.#timed("database", () => connection.run(intent, sql, values)),
        close: () => this.#timed("database", () => connection.close()),
      };
    };
  }
}

/** They print what they did. */
function crashCases(print: Print): void {
  const { stdout, stderr, status } = spawnSync(
    "npx",
    ["jest", "__tests__/lambda/rotation/crash", "--maxWorkers=2"],
    { cwd: ROOT, encoding: "utf8" },
  );
  for (const [, engine = "", figures = ""] of `${stdout}${stderr}`.matchAll(
    /^\s*(\S.*?): (\d+ crash cases.*)/gm,
  )) {
    print(`${engine}: crash tests`, figures);
  }
  print("crash tests", status === 0 ? "no lock-out, all converge" : "FAILED");
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
