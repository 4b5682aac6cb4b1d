import { startNursery } from "./shared-moto";
import { startSharing } from "./shared-providers";
import { makeTemporaryFolder } from "./temporary-folder";

export default async function setUp(): Promise<void> {
  makeTemporaryFolder();
  startSharing();
  await startNursery();
}
