import * as z from "zod";
import { VAULT_EXTENSION_RELEASES } from "../../vault/extension/extension-layer";
import { VAULT_PROVIDER_VERSION } from "../../vault/provider-version";
import { layerArns, region, roleName, securityGroupId } from "../values/aws";
import { ipv4Block, privateBlock } from "../values/cidr";
import { distinct, message, settings, text, wholeNumber } from "../values/format";
import { createdServer } from "./vault-server";

/** A path of Vault: segments of characters that need no encoding in a URL. */
const segments = (example: string) =>
  text(
    /^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)*$/,
    "must be a Vault path of letters, digits, . _ - and single slashes, without a slash at either end",
    `write for example "${example}"`,
  );

const ADDRESS = {
  rule:
    "must be https://host or https://host:port, the host a name or IPv4 address in lower case (the Vault " +
    "Lambda Extension would drop a path)",
  fix: 'write for example "https://vault.example.internal:8200"',
};
const LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";

const address = text(
  new RegExp(`^https?://${LABEL}(?:\\.${LABEL})*(?::[1-9]\\d{0,4})?$`),
  ADDRESS.rule,
  ADDRESS.fix,
).refine((url) => URL.canParse(url), message(ADDRESS.rule, ADDRESS.fix));

const cidr = ipv4Block(8, 32, "10.90.0.0/24");

/** Functions have no way to the internet, and rules keep it so. */
const privateCidr = privateBlock(8, 32, "10.90.0.0/24");

const location = z.discriminatedUnion("kind", [
  settings({
    kind: z.literal("vpc"),
    securityGroupId: securityGroupId.describe("Vault's security group; a rule is added to it."),
    stsEndpoint: z
      .boolean()
      .default(true)
      .describe(
        "Make an STS interface endpoint, through which Vault checks logins. False: Vault has a way to STS already.",
      ),
  }).describe("In the functions' VPC."),
  settings({
    kind: z.literal("elsewhere"),
    cidrs: distinct(privateCidr, "CIDR blocks must differ", "remove the repeated block")
      .min(1, message("Vault has at least one address", "name Vault's CIDR blocks"))
      .describe("Private addresses at which functions reach Vault."),
  }).describe("Behind a peering, transit gateway or VPN."),
]);

const awsCredentials = z.discriminatedUnion("kind", [
  settings({ kind: z.literal("none") }).describe(
    "Vault calls no AWS API of its own; roles are bound by ARN.",
  ),
  settings({ kind: z.literal("instance-role"), roleName: roleName.describe("Name of that role.") }).describe(
    "The role of Vault's own server, which is allowed iam:GetRole on the functions' roles.",
  ),
  settings({ kind: z.literal("iam-user") }).describe(
    "An IAM user made here, whose access key you make and hand to the Vault stack as variables.",
  ),
]);

const auth = settings({
  mount: segments("aws")
    .refine(
      (path) => !path.startsWith("auth/"),
      message('"auth/" is in front of it in Vault anyway', 'leave "auth/" out'),
    )
    .optional()
    .describe("Mount path of a new AWS auth method, without auth/. Left out: <namePrefix>-aws."),
  serverId: text(
    /^[\w.:/-]{1,128}$/,
    "must hold at most 128 letters, digits and . _ : / -",
    'write for example "vault.example.internal"',
  )
    .optional()
    .describe("X-Vault-AWS-IAM-Server-ID, which every login signs. Left out: the address's host."),
  stsRegion: region
    .optional()
    .describe("Where Vault has logins checked, for server and functions alike. Left out: `region`."),
  awsCredentials: awsCredentials
    .default({ kind: "none" })
    .describe(
      "What Vault calls IAM with. With none, a login is matched by the role's ARN; otherwise by its unique " +
        "id, for which Vault must reach IAM.",
    ),
  tokenType: z
    .enum(["batch", "service"])
    .default("batch")
    .describe("batch: nothing is stored in Vault for a login. service: tokens can be listed and revoked."),
  tokenTtlSeconds: wholeNumber(60, 86_400).default(900).describe("How long a login is good for."),
  boundCidrs: z
    .array(cidr)
    .optional()
    .describe(
      "Addresses that Vault sees functions come from. Left out: their subnets. Empty: any, for a Vault " +
        "behind a proxy that hides them.",
    ),
})
  .prefault({})
  .describe("How functions log in to Vault: a new AWS auth method.");

const kv = settings({
  mount: segments("kv").optional().describe("Path of a new KV version 2 mount. Left out: <namePrefix>-kv."),
  prefix: text(
    /^([A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)*)?$/,
    "must be empty, or a Vault path of letters, digits, . _ - and single slashes, without a slash at either end",
    'write for example "orders-dev"',
  )
    .default("")
    .describe("Where the secrets are below the mount."),
  maxVersions: wholeNumber(2, 100).default(10).describe("Versions of each secret that Vault keeps."),
  deletionProtection: z
    .boolean()
    .default(true)
    .describe("Refuse to destroy the mount, which erases every version of every secret in it."),
})
  .prefault({})
  .describe("A new KV version 2 mount, where the secrets are.");

const extension = settings({
  delivery: z
    .enum(["proxy", "file"])
    .default("proxy")
    .describe(
      "proxy: functions read at 127.0.0.1:8200, nothing is on disk. file: secrets are written below " +
        "/tmp/vault once, when the function starts.",
    ),
  release: z.enum(VAULT_EXTENSION_RELEASES).optional().describe("Left out: the newest that is known here."),
  layerArns: layerArns.optional().describe("Left out: HashiCorp's layers of that release."),
  cacheSeconds: wholeNumber(1, 3600)
    .optional()
    .describe(
      "Let the extension keep answers this long, for functions without a cache of their own. Left out: it keeps none.",
    ),
})
  .prefault({})
  .describe("How functions read secrets of Vault: through the Vault Lambda Extension.");

const adoptedServer = settings({
  kind: z.literal("adopted"),
  address: address.describe("https://host or https://host:port."),
  certificateAuthorityFile: z
    .string()
    .optional()
    .describe(
      "PEM file, relative to this file, of the certificate authority that signed Vault's certificate. Left " +
        "out: public authorities.",
    ),
  namespace: segments("team-a").optional().describe("Vault Enterprise namespace."),
  location: location.optional().describe("Where functions reach Vault. Left out: anywhere in the VPC."),
}).describe("An existing Vault.");

/** Settings of the Vault backend. */
export const vault = settings({
  server: z.discriminatedUnion("kind", [adoptedServer, createdServer]).describe("Where Vault is."),
  auth,
  kv,
  extension,
  testSecret: text(
    /^[A-Za-z0-9][\w.-]{0,63}$/,
    "must start with a letter or digit and hold at most 64 letters, digits, . _ and -",
    'write for example "lambda"',
  )
    .optional()
    .describe(
      "Name of a secret that Terraform writes once, from the ephemeral variable vault_test_secret, which " +
        "every plan needs then. Its newest version is deleted with the setting.",
    ),
  audit: settings({
    filePath: text(
      /^(\/[\w.-]+)+$/,
      "must be an absolute path on Vault's server",
      'write for example "/var/log/vault/audit.log"',
    ).describe("Absolute path on Vault's server."),
  })
    .optional()
    .describe("Make a file audit device."),
  loginsPerSecond: wholeNumber(1, 100_000)
    .optional()
    .describe("Rate limit of logins at the auth mount, per client address."),
  skipChildToken: z
    .boolean()
    .default(false)
    .describe(
      "Use VAULT_TOKEN itself instead of a child token that the provider makes of it: a batch token cannot " +
        "have children.",
    ),
  providerVersion: text(
    /^5\.\d+\.\d+$/,
    "must be an exact version 5 of hashicorp/vault",
    'write for example "5.9.0"',
  )
    .default(VAULT_PROVIDER_VERSION)
    .describe("Below 5.7.0 an access key of Vault ends up in the state."),
});
