import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TerraformStack } from "cdktf";

const FILE = "emulator-profile.ini";
const PROFILE = "emulator";

/**
 * Adds a file to the synthesized stack with a profile that sends every service's calls to the emulator (AWS SDKs and
 * Tools Reference Guide, "Service-specific endpoints"), and gives the settings with which the AWS provider uses it.
 * The provider's own `endpoints` would come before variables such as AWS_ENDPOINT_URL, as a profile does not; but the
 * provider takes more than two seconds to check that block, two or three times in every command.
 *
 * @param endpoint for example `http://127.0.0.1:5000`.
 */
export function addEmulatorProfile(stack: TerraformStack, endpoint: string) {
  const { synthesizer } = stack;
  stack.synthesizer = {
    synthesize(session) {
      synthesizer.synthesize(session);
      const { workingDirectory } = session.manifest.forStack(stack);
      const file = join(session.outdir, workingDirectory, FILE);
      writeFileSync(file, `[profile ${PROFILE}]\nendpoint_url = ${endpoint}\n`);
    },
  };
  // Terraform runs in the stack's folder. The user's own files must not add to the profile.
  return { profile: PROFILE, sharedConfigFiles: [FILE], sharedCredentialsFiles: [FILE] };
}
