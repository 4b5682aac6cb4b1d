import { GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { BUCKET, type ServerWorld } from "./server-world";

/** Those in the bucket, the newest one last. */
export async function snapshots({ s3 }: ServerWorld) {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: "snapshots/" }));
  return Contents;
}

/** Has the leader take one; gives it as `vault:restore` reads it. */
export async function takeSnapshot(world: ServerWorld): Promise<Uint8Array> {
  await world.cluster.nodes[await world.leader()]?.run("snapshot");
  const Key = (await snapshots(world)).at(-1)?.Key;
  const { Body } = await world.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
}
