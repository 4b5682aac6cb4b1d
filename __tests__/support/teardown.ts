import { stopSharing } from "./shared-providers";
import { removeTemporaryFolder } from "./temporary-folder";

export default function tearDown(): void {
  stopSharing();
  removeTemporaryFolder();
}
