import { isOlder } from "../../contracts/versions";
import { SERVER_VERSIONS } from "../../vault/server/created/versions";
import { AWS_AUTH_PLUGIN } from "../../vault/server/node/vault-node";
import { createdVaultServer, deploysVault, setting, vault, vaultAuth, within } from "./places";
import { type Rule, rule } from "./rule";

const version = setting(createdVaultServer, "version");
const software = setting(createdVaultServer, "software");
const binary = within(setting(createdVaultServer, "binary"));

const isOpenBao = (draft: Parameters<Rule>[0]) => software(draft).some(({ got }) => got === "openbao");
const isCreated = (draft: Parameters<Rule>[0]) => createdVaultServer(draft).length > 0;

/** A Vault server that is made with the environment. */
export const vaultServerRules: readonly Rule[] = [
  rule(version, {
    holds: ({ got, section }) => !isOlder(got, SERVER_VERSIONS[section.software].from.version),
    must: ({ section }) => {
      const { version, why } = SERVER_VERSIONS[section.software].from;
      return `must be ${version} or newer: ${why}`;
    },
    fix: ({ section }) => `write "${SERVER_VERSIONS[section.software].usual}", or remove it`,
  }),
  rule(version, {
    holds: ({ got, section }) =>
      isOlder(got, SERVER_VERSIONS[section.software].before?.version ?? "9999.0.0"),
    must: ({ section }) => {
      const { before } = SERVER_VERSIONS[section.software];
      return `must be older than ${before?.version}: ${before?.why}`;
    },
    fix: ({ section }) => `write "${SERVER_VERSIONS[section.software].usual}", or remove it`,
  }),
  rule(setting(binary, "plugins"), {
    when: isOpenBao,
    holds: ({ got }) => got.some(({ name }) => name === AWS_AUTH_PLUGIN),
    must: `must have ${AWS_AUTH_PLUGIN}, without which OpenBao knows no logins by AWS`,
    fix: `add { "name": "${AWS_AUTH_PLUGIN}", "sha256": "…" }`,
  }),
  rule(setting(createdVaultServer, "operators"), {
    when: isOpenBao,
    holds: ({ got }) => got.length > 0,
    must: "must name who operates OpenBao, which learns it when it initialises itself",
    fix: "name the role that deploys, and yours",
  }),
  rule(setting(createdVaultServer, "certificateAuthorityFile"), {
    holds: ({ section }) => section.certificateSecretArn !== undefined,
    must: "is for a certificate of yours; of the one that `npm run vault:tls` makes it is known",
    fix: "remove it, or name the certificate's secret in certificateSecretArn",
  }),
  rule(setting(createdVaultServer, "certificateSecretArn"), {
    holds: ({ section }) => section.certificateAuthorityFile !== undefined,
    must: "needs certificateAuthorityFile: nodes log in by certificate, and a public authority would let in others",
    fix: "name the PEM file of your authority",
  }),
  rule(createdWithoutEndpoints, {
    when: ({ network }) => network?.kind === "adopted",
    must: "in an adopted VPC, created endpoints would bind everybody in it to the policies for Vault's nodes",
    fix: 'write { "kind": "adopted", "securityGroupIds": ["sg-…"] }, or { "kind": "created" } if nobody else is there',
  }),
  rule(setting(within(setting(vaultAuth, "awsCredentials")), "kind"), {
    when: (draft) => isCreated(draft) && deploysVault(draft),
    holds: ({ got }) => got === "none",
    must: "a created server cannot look up roles: IAM has no interface endpoint outside us-east-1",
    fix: 'write "none": Vault then knows a function by the ARN of its role',
  }),
  rule(setting(vaultAuth, "stsRegion"), {
    when: (draft) => isCreated(draft) && draft.region !== undefined,
    holds: ({ got }, { region }) => got === region,
    must: (_, { region }) => `must be ${region} too, where a created server has its STS endpoint`,
    fix: "remove it",
  }),
  rule(setting(vault, "audit"), {
    when: isCreated,
    must: "a created server has an audit device of its own",
    fix: "remove it",
  }),
];

function createdWithoutEndpoints(draft: Parameters<Rule>[0]) {
  return createdVaultServer(draft)
    .filter(({ section }) => section.endpoints === undefined)
    .map(({ path }) => ({ path: [...path, "endpoints"], got: undefined }));
}
