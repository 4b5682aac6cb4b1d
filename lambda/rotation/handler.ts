import { setTimeout as sleep } from "node:timers/promises";
import { readSettings } from "./contract/variables";
import { isWarmUp } from "./contract/warm-up";
import { mariadb, mysql } from "./engines/mysql/engine";
import { postgresql } from "./engines/postgresql/engine";
import { engineRegistry } from "./engines/registry";
import { awsSecretsManager, createClient } from "./ports/aws-secrets-manager";
import { createLog } from "./ports/log";
import { rotate } from "./rotate";
import type { Ports } from "./rotation";
import { type TimeLeft, UNLIMITED } from "./support/time-left";

const log = createLog();

let ports: Ports | undefined;

let timeLeft = UNLIMITED;

/**
 * Entry point of the Lambda function; Secrets Manager calls it once per step, and Lambda never two at a time. A
 * schedule may call it, too, to have it do nothing.
 */
export async function handler(
  event: unknown,
  context?: { readonly getRemainingTimeInMillis: TimeLeft },
): Promise<void> {
  if (isWarmUp(event)) return;
  timeLeft = context === undefined ? UNLIMITED : () => context.getRemainingTimeInMillis();
  ports ??= createPorts();
  await rotate(event, ports);
}

/**
 * Once per execution environment, and not while the module loads: Lambda would repeat that before it reports an error.
 */
function createPorts(): Ports {
  const settings = readSettings(process.env);
  const timeLeftNow: TimeLeft = () => timeLeft();
  const options = { certificateAuthorities: settings.databaseCa, timeLeft: timeLeftNow, log };
  return {
    secrets: awsSecretsManager(createClient(), timeLeftNow),
    engines: engineRegistry(postgresql(options), mysql(options), mariadb(options)),
    settings,
    log,
    sleep,
    now: () => performance.now(),
  };
}
