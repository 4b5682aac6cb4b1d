import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkDatabase } from "../../lambda/credential-health/check-database";
import { secretMetadata } from "../../lambda/credential-health/ports/secret-metadata";
import type { DatabaseEngine } from "../../lambda/rotation/engines/engine";
import { postgresql } from "../../lambda/rotation/engines/postgresql/engine";
import { engineRegistry } from "../../lambda/rotation/engines/registry";
import { createClient } from "../../lambda/rotation/ports/aws-secrets-manager";
import { UNLIMITED } from "../../lambda/rotation/support/time-left";
import { sourcesFrom } from "../../lambda/secret-reader/source-registry";
import { startAwsEmulator } from "../aws/aws-emulator";
import { callJson, unsignedHeaders } from "../aws/aws-protocol";
import { type LocalPostgres, startPostgres } from "../postgres/postgres";
import { createCertificateAuthority } from "../tls/certificates";

const REGION = "ap-northeast-2";
const SECRETS = 1_000;
const PREFIX = "bench/";

/** How long the check of a database with many secrets takes, on the emulator and an embedded PostgreSQL. */
export async function benchHealth(print: (name: string, figure: string) => void): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "bench-health-"));
  const { certificatePem: certificateAuthorities, ...authority } = await createCertificateAuthority("bench");
  const database = await startPostgres({
    directory: join(directory, "postgres"),
    certificateAuthority: { ...authority, certificatePem: certificateAuthorities },
    hosts: ["localhost"],
  });
  const emulator = await startAwsEmulator({ directory });
  Object.assign(process.env, {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_SECRETS_MANAGER: emulator.endpoint,
  });
  try {
    const names = await createSecrets(emulator.motoEndpoint, database);
    const counted = countLogins(postgresql({ certificateAuthorities }));
    const started = performance.now();
    const { metrics } = await checkDatabase(names, {
      engines: engineRegistry(counted.engine),
      settings: { databaseHosts: new Set(["localhost"]), hostsWithoutTls: new Set() },
      engine: "aurora-postgresql",
      sources: sourcesFrom({ SECRET_SOURCES: "secrets-manager", SECRET_PREFIX: PREFIX }),
      metadata: secretMetadata(createClient(), UNLIMITED, PREFIX),
      now: Date.now,
    });
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    print(
      `credential health of ${metrics.SecretsChecked} secrets`,
      `${seconds} s, ${metrics.SecretsFailing} failing, at most ${counted.most()} connections at once`,
    );
  } finally {
    await emulator.stop();
    await database.stop();
    await rm(directory, { recursive: true });
  }
}

async function createSecrets(endpoint: string, { port, databaseName, superuser }: LocalPostgres) {
  const names = Array.from({ length: SECRETS }, (_, index) => `secret-${index}`);
  const SecretString = JSON.stringify({
    engine: "aurora-postgresql",
    host: "localhost",
    port,
    dbname: databaseName,
    ...superuser,
  });
  const headers = unsignedHeaders(REGION, "secretsmanager");
  for (const name of names)
    await callJson(endpoint, headers, "CreateSecret", { Name: PREFIX + name, SecretString });
  return names;
}

function countLogins(engine: DatabaseEngine) {
  let open = 0;
  let most = 0;
  const counting: DatabaseEngine = {
    ...engine,
    async login(server, credentials) {
      most = Math.max(most, ++open);
      const login = await engine.login(server, credentials);
      if ("refused" in login) {
        open--;
        return login;
      }
      const { close } = login.session;
      login.session.close = async () => {
        await close.call(login.session);
        open--;
      };
      return login;
    },
  };
  return { engine: counting, most: () => most };
}
