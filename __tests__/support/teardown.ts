import { stopNursery } from "./shared-moto";
import { stopSharing } from "./shared-providers";
import { removeTemporaryFolder } from "./temporary-folder";

export default async function tearDown(): Promise<void> {
  stopSharing();
  await stopNursery();
  removeTemporaryFolder();
}
