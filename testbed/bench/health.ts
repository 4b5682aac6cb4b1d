import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { CONNECTIONS } from "../../lambda/credential-health/check-database";
import { healthVariables } from "../../lambda/credential-health/contract/variables";
import { createCertificateAuthority } from "../../scripts/support/certificates";
import { type AwsEmulator, startAwsEmulator } from "../aws/aws-emulator";
import { callJson, unsignedHeaders } from "../aws/aws-protocol";
import { metricsIn } from "../operations/embedded-metrics";
import { type LocalPostgres, startPostgres } from "../postgres/postgres";
import { emulatorVariables, REGION, startFunction } from "./function-process";

const ROOT = join(__dirname, "..", "..");
const SECRETS = 1_000;
/** A fifth of what the function may take. */
const LIMIT_SECONDS = 60;
const PREFIX = "bench/";

/** How long the function of the zip takes for many secrets, on the emulator and an embedded PostgreSQL. */
export async function benchHealth(print: (name: string, figure: string) => void): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "bench-health-"));
  const certificateAuthority = await createCertificateAuthority("bench");
  const postgres = join(directory, "postgres");
  const database = await startPostgres({
    directory: postgres,
    certificateAuthority,
    hosts: ["localhost"],
    settings: { log_disconnections: "on" },
  });
  const emulator = await startAwsEmulator({ directory });
  const file = join(directory, "index.js");
  const zip = await readFile(join(ROOT, "dist", "lambda", "credential-health.zip"));
  await writeFile(file, unzipSync(zip)["index.js"] ?? "");
  const secrets = Array.from({ length: SECRETS }, (_, index) => `secret-${index}`);
  const { invoke, end } = await startFunction(file, {
    ...healthVariables({
      environment: "bench",
      database: "main",
      engine: "aurora-postgresql",
      host: "localhost",
      certificateAuthority: certificateAuthority.certificatePem,
      secrets,
    }),
    ...emulatorVariables(emulator),
    SECRET_SOURCES: "secrets-manager",
    SECRET_PREFIX: PREFIX,
  });
  try {
    await createSecrets(emulator, database, secrets);
    const started = performance.now();
    await invoke({ secrets });
    const seconds = (performance.now() - started) / 1000;
    const [{ CompleteCheck, SecretsFailing } = {}] = metricsIn(await end()).map(({ values }) => values);
    const connections = mostConnections(await database.serverLog(), database.superuser.username);
    print(
      `credential health of ${SECRETS} secrets`,
      `${seconds.toFixed(1)} s, ${SecretsFailing} failing, ${connections} connections at most`,
    );
    if (CompleteCheck !== 1) throw new Error("not all secrets were checked");
    if (SecretsFailing !== 0) throw new Error(`no secret must fail, ${SecretsFailing} do`);
    if (seconds >= LIMIT_SECONDS) throw new Error(`the check must take less than ${LIMIT_SECONDS} s`);
    if (connections < 1 || connections > CONNECTIONS)
      throw new Error(`the check must have 1 to ${CONNECTIONS} connections at a time, had ${connections}`);
  } finally {
    await emulator.stop();
    await database.stop();
    await rm(directory, { recursive: true });
  }
}

/** How many a user had at the same time, by the server's log. */
function mostConnections(log: string, user: string): number {
  let open = 0;
  let most = 0;
  for (const [, event] of log.matchAll(
    new RegExp(`(connection authorized|disconnection):.* user=${user} `, "g"),
  )) {
    open += event === "disconnection" ? -1 : 1;
    most = Math.max(most, open);
  }
  return most;
}

async function createSecrets(
  { motoEndpoint }: AwsEmulator,
  { port, databaseName, superuser }: LocalPostgres,
  names: readonly string[],
): Promise<void> {
  const SecretString = JSON.stringify({
    engine: "aurora-postgresql",
    host: "localhost",
    port,
    dbname: databaseName,
    ...superuser,
  });
  const headers = unsignedHeaders(REGION, "secretsmanager");
  for (const name of names)
    await callJson(motoEndpoint, headers, "CreateSecret", { Name: PREFIX + name, SecretString });
}
