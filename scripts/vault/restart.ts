import {
  type EC2Client,
  StartInstancesCommand,
  StopInstancesCommand,
  waitUntilInstanceStopped,
} from "@aws-sdk/client-ec2";

const STOP_S = 10 * 60;

/** Starts the machines of nodes only once all are stopped: until then, one could lead with what others have lost. */
export async function restartMachines(client: EC2Client, InstanceIds: string[]): Promise<void> {
  await client.send(new StopInstancesCommand({ InstanceIds }));
  try {
    await waitUntilInstanceStopped({ client, maxWaitTime: STOP_S }, { InstanceIds });
    await client.send(new StartInstancesCommand({ InstanceIds }));
  } catch (cause) {
    throw new Error(
      `all nodes must be stopped and then started, and are not: ${(cause as Error).message}. Do not restore again: ` +
        `when all are stopped, aws ec2 start-instances --instance-ids ${InstanceIds.join(" ")} ends it`,
      { cause },
    );
  }
}
