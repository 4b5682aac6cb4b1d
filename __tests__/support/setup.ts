import { startSharing } from "./shared-providers";
import { makeTemporaryFolder } from "./temporary-folder";

export default function setUp(): void {
  makeTemporaryFolder();
  startSharing();
}
