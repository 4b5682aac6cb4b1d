// biome-ignore-all lint/suspicious/noTemplateCurlyInString: texts of Terraform and of shells.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHARACTERS, type PasswordPolicy } from "../../../lambda/rotation/contract/passwords";
import { mysql } from "../../../lambda/rotation/engines/mysql/engine";
import { postgresql } from "../../../lambda/rotation/engines/postgresql/engine";
import { newPassword } from "../../../lambda/rotation/secret/new-password";
import { isSuspicious } from "../../../scripts/review/redaction/suspicion";
import { showReview } from "../../../scripts/review/shown-review";
import {
  BACKENDS,
  prodWith,
  shippedEnvironments,
  synthesizeTo,
} from "../../../scripts/support/shipped-environments";
import { reviewed, rulesIn } from "./support/plans";

/** The same passwords in every run. */
jest.mock("node:crypto", () => {
  const { seededRandom } = jest.requireActual("../../../testbed/seeded-random");
  const random = seededRandom(20261130);
  return {
    ...jest.requireActual("node:crypto"),
    randomInt: (below: number) => Math.floor(random() * below),
  };
});

const ENGINES = [
  ["PostgreSQL", postgresql().excludedCharacters],
  ["MySQL", mysql().excludedCharacters],
  ["one that excludes nothing", ""],
] as const;

function password(length: number, excludedCharacters: string, excluded: object = {}): string {
  const none = { numbers: false, punctuation: false, uppercase: false, lowercase: false };
  const policy: PasswordPolicy = {
    length,
    excluded: { ...none, ...excluded },
    excludedCharacters: undefined,
    requireEachIncludedType: true,
  };
  return newPassword(policy, excludedCharacters);
}

/** Of so many draws, the share that `isSeen`. */
function share(isSeen: () => boolean, draws = 400): number {
  return Array.from({ length: draws }, isSeen).filter(Boolean).length / draws;
}

const PLACES: Readonly<Record<string, (password: string) => string>> = {
  alone: (one) => one,
  "in a sentence": (one) => `for the migration log in with ${one}, then tell the team`,
  "in quotes": (one) => `set to "${one}".`,
  "in JSON": (one) => JSON.stringify({ note: one, more: ["text"] }),
  "in a URL": (one) => `https://db.example.com/login?p=${encodeURIComponent(one)}&user=orders`,
  "in a URL as it is": (one) => `https://db.example.com/login?p=${one}`,
  "behind a name": (one) => `login:${one}`,
  "in base64": (one) => Buffer.from(one).toString("base64"),
};

describe.each(ENGINES)("a password of this project for %s is seen", (_, excluded) => {
  test.each([
    [16, 0.85],
    [20, 0.95],
    [24, 0.97],
    [32, 0.99],
    [64, 0.999],
  ])("of %d characters, at least %d of them, wherever they stand", (length, least) => {
    for (const [place, text] of Object.entries(PLACES)) {
      const seen = share(() => isSuspicious(text(password(length, excluded))));
      expect({ place, seen: seen >= least || seen }).toEqual({ place, seen: true });
    }
  });
});

test.each(Object.keys(CHARACTERS))("most are seen also without %s", (kind) => {
  expect(share(() => isSuspicious(password(32, "/@\"'\\", { [kind]: true })))).toBeGreaterThan(0.9);
});

test("no review prints a password that stands in a description, a tag and an output, and R05 sees it", () => {
  const [, excluded] = ENGINES[0];
  const isHidden = () => {
    const one = password(32, excluded);
    const review = reviewed(
      [
        {
          type: "aws_lambda_function",
          before: { description: "Reads secrets", tags: {} },
          after: { description: `for the migration log in with ${one}`, tags: { Note: one } },
        },
      ],
      {
        output_changes: {
          migration: { actions: ["create"], before: null, after: one, after_unknown: false },
        },
      },
    );
    const { text } = showReview(review, "json");
    return !text.includes(JSON.stringify(one).slice(1, -1)) && rulesIn(review).includes("R05");
  };
  expect(share(isHidden, 200)).toBeGreaterThanOrEqual(0.99);
});

/** Texts of plans and templates that are taken for secrets, and why. */
const TAKEN = {
  "a hash of code": /^([A-Za-z0-9+/]{43}=|[\da-f]{64}|assets\/[\w-]+\/[\da-f]{32}\/[\w.-]+)$/i,
  "ids as random as secrets": /^AROA\w{17}$|(^|\/)rqlca?-[\da-f]{16}$/,
  "what a recorded change has planted": /planted-Literal-4711/,
  "user data, which its type hides": /^(#cloud-config\n)?\{"write_files":/,
};

test("in the recorded plans and all templates nothing is taken for a secret but hashes and what was planted", () => {
  const folder = mkdtempSync(join(tmpdir(), "templates-"));
  try {
    const environments = [...shippedEnvironments(), ...BACKENDS.map((backends) => prodWith(backends))];
    const stacks = environments.flatMap((one, index) => synthesizeTo(join(folder, String(index)), one));
    const recorded = join(__dirname, "plans");
    const files = [
      ...stacks.map((stack) => join(stack, "cdk.tf.json")),
      ...readdirSync(recorded, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".json"))
        .map((name) => join(recorded, name)),
    ];
    const texts = new Set(files.flatMap((file) => textsIn(JSON.parse(readFileSync(file, "utf8")))));
    expect(files.length).toBeGreaterThan(100);
    expect(texts.size).toBeGreaterThan(4_000);
    const known = Object.values(TAKEN);
    const alarms = [...texts].filter((text) => isSuspicious(text) && !known.some((one) => one.test(text)));
    expect(alarms).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Every key and text, and what is in texts that are JSON. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") {
    const isJson = /^\s*[[{]/.test(value);
    return [value, ...(isJson ? textsIn(parsed(value)) : [])];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => [key, ...textsIn(one)]);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const HARMLESS = [
  "${aws_rds_cluster.Database-main_Cluster_8500A3BA.master_user_secret[0].secret_arn}",
  "arn:aws:iam::111122223333:role/${aws:PrincipalTag/Team}/*",
  '{"Statement":[{"Sid":"AllowUseOfKey2","Action":["kms:Decrypt","kms:ReEncrypt*"],"Resource":"*"}]}',
  '{"widgets":[{"type":"metric","x":0,"width":12,"properties":{"metrics":[["AWS/RDS","CPU","Db",{"stat":"p99"}]]}}]}',
  '{($.errorCode="*UnauthorizedOperation")||($.errorCode="AccessDenied*")&&($.sourceIPAddress!="10.0.0.1")}',
  "[ip, id, user, timestamp, request=*POST*, status_code=5*, size>1024]",
  "m1>=100&&m2<IF(m3>0,AVG(METRICS()),0)",
  "cron(0/15 8-18 ? * MON-FRI *)",
  'GRANT SELECT,INSERT ON "Orders".* TO "app_User1"',
  "SELECT+INSERT+UPDATE+DELETE:table=Orders2",
  "2600:1f18:4a3:b200::/56",
  "jdbc:mysql://db.example.com:3306/app?useSSL=true&serverTimezone=UTC&characterEncoding=UTF-8",
  "Server=db;Database=Orders2;User Id=App1;TrustServerCertificate=True;",
  "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.StorageTypes.html#USER_PIOPS",
  "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384",
  "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
  "2026-11-28T14:27:48.981369000Z",
  'echo "$(date +%Y-%m-%dT%H:%M:%SZ) ${VAR:-Default1}" 2>&1 >/dev/null',
  "LD_LIBRARY_PATH=/opt/lib64:$LD_LIBRARY_PATH;PATH=$HOME/bin2:$PATH",
  "-Xmx512m -XX:+UseG1GC -XX:MaxGCPauseMillis=200 -Dfile.encoding=UTF-8",
  "^/api/v[0-9]+/users/[A-Za-z0-9_-]{1,64}$",
  "<ErrorResponse><Error><Code>Throttling2</Code></Error></ErrorResponse>",
  "arn:aws:lambda:us-east-1:111122223333:layer:AWS-Parameters-and-Secrets-Lambda-Extension-Arm64:18",
  "/aws/lambda/Secrets-Prod-Rotation1/2026/11/28/[$LATEST]",
];

test.each(HARMLESS)("%s is no secret", (text) => {
  expect(isSuspicious(text)).toBe(false);
});

test.each([
  ["kinds that change", "aB3$"],
  ["random bits and few characters", "Zq7!vKd2pXw9"],
  ["percent signs", "%4"],
  ["quotes", '","'],
  ["blanks", "a \t"],
])("a long text of %s takes no longer than its length asks for", (_, part) => {
  const seconds = (length: number) => {
    const text = part.repeat(length / part.length);
    const started = process.cpuUsage().user;
    isSuspicious(text);
    return (process.cpuUsage().user - started) / 1e6;
  };
  seconds(10_000);
  expect(seconds(200_000)).toBeLessThan(2);
});
