import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Environment } from "../../constructs/environment";
import type { Deployment } from "../../testbed/deployed/resources";
import { readTemplates, resolved } from "../../testbed/deployed/templates";
import type { Deployed as Policies } from "../../testbed/iam/deployed";
import { deployedEnvironment } from "../../testbed/iam/deployed-environment";
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
    synthesizeTo(output, environment);
    const network = resolved(readTemplates(output), environment);
    return { environment, network, policies: deployedEnvironment(environment, network.resources) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A name without the environment's part of it. */
export function ownName(name: string, { namePrefix }: Environment): string {
  return name.startsWith(`${namePrefix}-`) ? name.slice(namePrefix.length + 1) : name;
}
