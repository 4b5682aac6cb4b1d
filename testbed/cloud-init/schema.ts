import { existsSync } from "node:fs";
import { join } from "node:path";
import { pythonEnvironment } from "../../scripts/machine/python-environment";
import { run } from "../../scripts/support/processes";

export const CLOUD_INIT_HINT = "run .ci/cloud-init (Debian, Ubuntu)";

const FILE = join(__dirname, "..", "..", ".cache", "cloud-init", "schema-cloud-config-v1.json");

/** The schema that cloud-init has of a cloud-config, where `.ci/cloud-init` puts it. */
export function findCloudConfigSchema(): string | undefined {
  return existsSync(FILE) ? FILE : undefined;
}

/** JSON is YAML, too. */
const COMPARE = `import json, sys, jsonschema
schema, config = (json.load(open(file)) for file in sys.argv[1:])
validator = jsonschema.validators.validator_for(schema)(schema)
print(json.dumps([f"{error.json_path}: {error.message}" for error in validator.iter_errors(config)]))`;

/** What a schema has against a cloud-config, a line each. */
export async function againstSchema(schema: string, config: string): Promise<readonly string[]> {
  const python = await pythonEnvironment(join(__dirname, "requirements.txt"));
  return JSON.parse((await run(python, ["-c", COMPARE, schema, config])).stdout);
}
