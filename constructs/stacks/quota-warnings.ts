import { Account } from "../contracts/account";
import type { Environment } from "../environment";
import { credentialFindingsPattern, healthCheckName } from "../operations/credential-findings-pattern";
import { rotationEventPattern } from "../operations/rotation-event-pattern";

/** Amazon EventBridge User Guide, "Amazon EventBridge quotas". */
const EVENT_PATTERN_CHARACTERS = 2_048;
/** Amazon VPC User Guide, "Amazon VPC quotas": in each direction. */
const RULES_OF_GROUP = 60;

/** The secret that RDS makes for a superuser, as long as it will be. */
const SUPERUSER_SECRET = "secret:rds!cluster-00000000-0000-0000-0000-000000000000-AbCdEf";

/** Quotas that an environment has more than. AWS raises them on request, so that it is said and not refused. */
export function quotaWarnings(environment: Environment): string[] {
  const rules = rulesOfFunctions(environment);
  return [
    ...patternWarning("rotation events", rotationPattern(environment), "rotationEvents"),
    ...patternWarning("credential findings", findingsPattern(environment), "credentialHealth"),
    ...(rules > RULES_OF_GROUP
      ? [
          `The security group of the functions may have ${RULES_OF_GROUP} rules, and has ${rules}: one for each ` +
            "database, backend and block of vault.server.location.cidrs. Ask AWS for more (Service Quotas, Amazon " +
            'VPC, "Inbound or outbound rules per security group"), or put some databases into another environment.',
        ]
      : []),
  ];
}

function patternWarning(what: string, pattern: object, setting: string): string[] {
  const { length } = JSON.stringify(pattern);
  if (length <= EVENT_PATTERN_CHARACTERS) return [];
  return [
    `The pattern of ${what} may have 2,048 characters, and has ${length.toLocaleString("en")}. Ask AWS for more ` +
      '(Service Quotas, Amazon EventBridge, "Event pattern size"), put some databases into another environment, or ' +
      `write false for operations.${setting}.`,
  ];
}

function rotationPattern({ account: id, region, ...environment }: Environment): object {
  const { backends, namePrefix, operations, databases } = environment;
  if (!backends.includes("native") || !(operations || undefined)?.rotationEvents) return {};
  const account = new Account(id, region);
  const superuserSecretArns = Object.values(databases).map((database) =>
    database.kind === "adopted"
      ? database.superuserSecretArn
      : account.arn("secretsmanager", SUPERUSER_SECRET),
  );
  // The longest of the names that have a pattern.
  return rotationEventPattern("TestRotationFailed", { account, namePrefix, superuserSecretArns });
}

function findingsPattern({ account, region, namePrefix, operations, secrets }: Environment): object {
  if (!(operations || undefined)?.credentialHealth) return {};
  // A database has a check if it has secrets.
  const databases = new Set(secrets.map(({ database }) => database));
  const healthChecks = [...databases].map((database) => `${namePrefix}-${healthCheckName(database)}`);
  return credentialFindingsPattern({ account: new Account(account, region), healthChecks });
}

/** Where the functions' security group lets out: to each database, the Secrets Manager endpoint and Vault. */
export function rulesOfFunctions({ databases, backends, vault }: Environment): number {
  // Adopted databases may share a security group.
  const toDatabases = new Set(
    Object.entries(databases).map(([name, database]) =>
      database.kind === "adopted" ? `${database.securityGroupId} ${database.port}` : name,
    ),
  );
  const location = vault?.server.kind === "adopted" ? vault.server.location : undefined;
  const toVault = location && "cidrs" in location ? location.cidrs.length : 1;
  return (
    toDatabases.size + (backends.includes("native") ? 1 : 0) + (backends.includes("vault") ? toVault : 0)
  );
}
