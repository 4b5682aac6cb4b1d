import type { AwsEmulator } from "../../testbed/aws/aws-emulator";
import { checkRequests, faultsOf } from "../../testbed/aws/requests/check";

/** The last test of a file that deploys: about all that its emulator was asked. */
export function awsWouldTakeTheRequests(emulator: () => AwsEmulator): void {
  test("AWS would take every request, and the emulator knew what it was asked", async () => {
    expect(faultsOf(await checkRequests(emulator().recorder.requests))).toEqual([]);
  });
}
