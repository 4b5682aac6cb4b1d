import { orFalse, settings, wholeNumber } from "../../values/format";

/** From which value on an alarm goes off. */
const from = (byDefault: number, most: number, what: string) =>
  orFalse(wholeNumber(1, most)).default(byDefault).describe(what);

const count = (byDefault: number, what: string) => from(byDefault, 1_000_000, `${what} in 5 minutes.`);
const lasting = (byDefault: number, what: string) =>
  from(byDefault, 1_000_000, `${what} in 5 minutes, three times in a row.`);
const inARow = (byDefault: number, what: string) =>
  from(byDefault, 12, `Periods of 5 minutes in a row in which ${what}.`);
const percent = (byDefault: number, what: string) => from(byDefault, 100, `Percent ${what}.`);

export const alarms = orFalse(
  settings({
    rotationErrors: count(1, "Failed calls of a rotation function"),
    rotationThrottles: count(1, "Calls of a rotation function that Lambda refused"),
    rotationDuration: percent(80, "of rotation.timeoutSeconds that one step of a rotation took"),
    endpointPacketsDropped: lasting(10, "Packets that an interface endpoint dropped"),
    endpointResets: lasting(50, "Connections that were reset behind an interface endpoint"),
    databaseCpu: percent(90, "of its processors that an instance used for 15 minutes"),
    databaseConnections: percent(80, "of the connections that an instance of a created cluster takes"),
    credentialsFailing: from(1, 1_000_000, "Secrets of a database that give readers no login that works."),
    rotationPending: from(
      1,
      1_000_000,
      "Secrets of a database whose rotation hangs for longer than a window.",
    ),
    rotationOverdue: from(
      1,
      1_000_000,
      "Secrets of a database that were not rotated when their schedule says.",
    ),
    certificateDays: from(14, 365, "Days that the certificate of a database is still good, or fewer."),
    authorityDays: from(90, 3650, "Days that the authority of that certificate is still good, or fewer."),
    credentialHealthErrors: count(1, "Failed calls of a function that checks credentials"),
    credentialHealthSilent: from(2, 7, "Days in a row on which not all secrets of a database were checked."),
    quotaUsage: percent(80, "of a quota of endpoints or network interfaces that is used"),
    quotaMonitorErrors: count(1, "Failed calls of the function that monitors quotas"),
    quotaMonitorSilent: from(2, 7, "Days in a row on which no quota was read."),
    rejectedFlows: count(10, "Records of the flow logs of a connection within the VPC that was rejected"),
    blockedNames: count(1, "Names that the DNS firewall blocked"),
    vaultFailures: count(
      1,
      "Failed logins to Vault and failed reads, of functions that the environment lists",
    ),
    vaultSealed: inARow(2, "a node of a created Vault server is sealed or does not answer"),
    vaultNoLeader: inARow(2, "a node of a created Vault server knows no leader"),
    vaultNodesUnhealthy: lasting(1, "Nodes of a created Vault server that its load balancer leaves out"),
    vaultSnapshotAge: from(
      3,
      744,
      "Hours since the newest snapshot of a created Vault server; longer than its snapshots.schedule.",
    ),
    vaultCertificateDays: from(
      14,
      365,
      "Days that the certificate of a created Vault server is still good, or fewer.",
    ),
    vaultDataUsed: percent(80, "of a data volume of a created Vault server that is used"),
    vaultSilent: inARow(3, "no node of a created Vault server tells anything"),
  }),
)
  .prefault({})
  .describe("From which value on each alarm rings; false: none.");
