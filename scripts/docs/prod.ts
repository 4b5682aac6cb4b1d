import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Environment } from "../../constructs/environment";
import type { Deployed as Policies } from "../../testbed/iam/deployed";
import { deployedEnvironment } from "../../testbed/iam/deployed-environment";
import { resourcesOfTemplates } from "../../testbed/iam/resolved-templates";
import type { Deployment } from "../../testbed/network/deployment";
import { fromTemplates } from "../../testbed/network/from-templates";
import { prodWith, synthesizeTo } from "../support/shipped-environments";

/** `prod` under one backend as it would be deployed, with references resolved. */
export interface Prod {
  readonly environment: Environment;
  readonly network: Deployment;
  readonly policies: Policies;
}

export function prodUnder(backend: Environment["backends"][number]): Prod {
  const environment = prodWith([backend]);
  const folder = mkdtempSync(join(tmpdir(), "docs-"));
  try {
    const output = join(folder, "cdktf.out");
    const templates = Object.fromEntries(
      synthesizeTo(output, environment).map((stack) => [
        basename(stack),
        JSON.parse(readFileSync(join(stack, "cdk.tf.json"), "utf8")),
      ]),
    );
    return {
      environment,
      network: fromTemplates(output, environment.name),
      policies: deployedEnvironment(environment, resourcesOfTemplates(templates, environment)),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A name without the environment's part of it. */
export function ownName(name: string, { namePrefix }: Environment): string {
  return name.startsWith(`${namePrefix}-`) ? name.slice(namePrefix.length + 1) : name;
}
