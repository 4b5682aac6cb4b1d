import { embeddedMetrics, writeLine } from "../embedded-metrics";
import { readSettings } from "../rotation/contract/variables";
import { mariadb, mysql } from "../rotation/engines/mysql/engine";
import { postgresql } from "../rotation/engines/postgresql/engine";
import { engineRegistry } from "../rotation/engines/registry";
import { createClient } from "../rotation/ports/aws-secrets-manager";
import { createLog } from "../rotation/ports/log";
import { type TimeLeft, UNLIMITED } from "../rotation/support/time-left";
import { VARIABLE } from "../secret-reader/contract/variables";
import { sourcesFrom } from "../secret-reader/source-registry";
import { checkDatabase } from "./check-database";
import type { HealthPorts } from "./check-secret";
import { type Finding, type HealthReport, parseHealthEvent } from "./contract/event";
import { dimensionsOf, UNITS } from "./contract/metrics";
import { readChecked } from "./contract/variables";
import { secretMetadata } from "./ports/secret-metadata";

const log = createLog(writeLine);

let timeLeft = UNLIMITED;
let ports: HealthPorts | undefined;

/**
 * Checks the secrets that the event names, publishes metrics and logs each finding. It changes nothing.
 *
 * @throws Error if the event or the environment is wrong; what is wrong with a secret is a finding.
 */
export async function handler(
  event: unknown,
  context?: { readonly getRemainingTimeInMillis: TimeLeft },
): Promise<HealthReport> {
  timeLeft = context === undefined ? UNLIMITED : () => context.getRemainingTimeInMillis();
  const { secrets } = parseHealthEvent(event);
  const { environment, database, isComplete } = readChecked(process.env);
  ports ??= createPorts();
  const { findings, metrics } = await checkDatabase(secrets, ports);
  for (const finding of findings) log.error("unhealthy", { database, ...finding });
  const complete = isComplete(secrets);
  log.info("checked", { database, secrets: secrets.length, complete, findings: findings.length });
  const values = { CompleteCheck: complete ? 1 : 0, ...metrics };
  writeLine(embeddedMetrics({ dimensions: dimensionsOf({ environment, database }), values, units: UNITS }));
  return {
    environment,
    database,
    checked: secrets.length,
    unhealthy: findings.length,
    message: messageOf(findings),
  };
}

function createPorts(): HealthPorts {
  const { databaseCa, databaseHosts, hostsWithoutTls } = readSettings(process.env);
  const timeLeftNow: TimeLeft = () => timeLeft();
  const options = { certificateAuthorities: databaseCa, timeLeft: timeLeftNow, log };
  const sources = sourcesFrom(process.env);
  const prefix = process.env[VARIABLE.prefix];
  return {
    engines: engineRegistry(postgresql(options), mysql(options), mariadb(options)),
    settings: { databaseHosts, hostsWithoutTls },
    engine: readChecked(process.env).engine,
    sources,
    metadata: prefix ? secretMetadata(createClient(), timeLeftNow, prefix) : undefined,
    now: Date.now,
  };
}

/** An input transformer of EventBridge makes at most 8,192 characters of it (Amazon EventBridge User Guide). */
const LONGEST_MESSAGE = 6_000;

function messageOf(findings: readonly Finding[]): string {
  const lines: string[] = [];
  let length = 0;
  for (const { secret, check, message } of findings) {
    const line = `${secret} (${check}): ${message}`;
    length += line.length + 1;
    if (length > LONGEST_MESSAGE) return [...lines, "There are more: see the function's log."].join("\n");
    lines.push(line);
  }
  return lines.join("\n");
}
