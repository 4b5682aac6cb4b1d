import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { checkov } from "../../../scripts/policy/checkov";
import { openFindings, problemsOfSuppressions, readSuppressions } from "../../../scripts/policy/suppressions";

type Environments = Readonly<Record<string, readonly string[]>>;

/** checkov finds nothing in the clean plans that nobody has suppressed. */
export async function expectNoFindings(environments: Environments): Promise<void> {
  const { findings } = await checkov("terraform_plan", plansOf(environments));
  expect(openFindings(findings, readSuppressions(), today())).toEqual([]);
}

/**
 * checkov finds nothing in the clean plans that nobody has suppressed, and would see a policy that is wider: only
 * there, policies have their values. No plan holds the secret.
 *
 * @param folder for the plan of the policy that is wider
 */
export async function expectScannedPlans(
  environments: Environments,
  { folder, secret }: { readonly folder: string; readonly secret: string },
): Promise<void> {
  const plans = plansOf(environments);
  // As dev's, so that what is suppressed there is here, too.
  const wider = { environment: "dev", stack: "native", file: join(folder, "wider.tfplan.json") };
  const native = plans.find(({ environment, stack }) => environment === "dev" && stack === "native");
  await writeFile(wider.file, withWiderPolicy(await readFile(String(native?.file), "utf8")));

  const { passed, findings } = await checkov("terraform_plan", [...plans, wider]);
  const suppressions = readSuppressions();
  expect(passed).toBeGreaterThan(400);
  const open = openFindings(findings, suppressions, today());
  expect(open.map(({ check, address }) => `${check} ${address.replace(/_[0-9A-F]{8}$/, "")}`).sort()).toEqual(
    [
      "CKV_AWS_288 native/Native_Rotation-main_Function_RotationPolicy",
      "CKV_AWS_355 native/Native_Rotation-main_Function_RotationPolicy",
    ],
  );
  expect(problemsOfSuppressions("plan", findings, suppressions, today())).toEqual([]);
  const texts = await Promise.all(plans.map(({ file }) => readFile(file, "utf8")));
  expect(texts.filter((text) => text.includes(secret))).toEqual([]);
}

function plansOf(environments: Environments) {
  return Object.entries(environments).flatMap(([environment, stacks]) =>
    stacks.map((stack) => ({
      environment,
      stack: basename(stack).slice(environment.length + 1),
      file: join(stack, "check.tfplan.json"),
    })),
  );
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** The plan of a stack in which the rotation function may read any secret. */
function withWiderPolicy(json: string): string {
  const plan = JSON.parse(json);
  const { values } = plan.planned_values.root_module.resources.find(({ address }: { address: string }) =>
    address.includes("RotationPolicy"),
  );
  const policy = JSON.parse(values.policy);
  policy.Statement.push({ Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: "*" });
  values.policy = JSON.stringify(policy);
  return JSON.stringify(plan);
}
