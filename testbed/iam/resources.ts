import { readFile } from "node:fs/promises";
import { basename } from "node:path";

/** A resource of Terraform, as it was deployed or would be. */
export interface Resource {
  /** Name of its stack. */
  readonly stack: string;
  /** `<type>.<id>`, with `data.` in front of what is only read. */
  readonly address: string;
  readonly type: string;
  /** As a state file has them. */
  // biome-ignore lint/suspicious/noExplicitAny: attributes of any resource type; whoever reads one knows its shape.
  readonly attributes: Readonly<Record<string, any>>;
}

/** What the state files of stacks (`terraform.<stack>.tfstate`) have. */
export async function resourcesOfStates(files: readonly string[]): Promise<Resource[]> {
  const states = files.map(async (file) => {
    const stack = basename(file).replace(/^terraform\.|\.tfstate$/g, "");
    const { resources } = JSON.parse(await readFile(file, "utf8")) as { resources: readonly InState[] };
    return resources.flatMap(({ mode, type, name, instances }) =>
      instances.map(({ attributes }) => ({
        stack,
        address: `${mode === "data" ? "data." : ""}${type}.${name}`,
        type,
        attributes,
      })),
    );
  });
  return (await Promise.all(states)).flat();
}

interface InState {
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly name: string;
  readonly instances: readonly { readonly attributes: Resource["attributes"] }[];
}
