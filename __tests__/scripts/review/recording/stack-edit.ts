import type { Attributes } from "../../../support/template";

type Blocks = Record<string, Record<string, Attributes>>;

interface StackJson {
  readonly resource: Blocks;
  readonly data: Blocks;
  readonly output: Record<string, Attributes>;
  readonly provider: Record<string, Attributes[]>;
  [block: string]: unknown;
}

interface PolicyStatement {
  sid?: string;
  actions: string[];
  resources: string[];
  effect?: string;
  principals: { type: string; identifiers: string[] }[];
  condition: { test: string; variable: string; values: string[] }[];
}

/** A synthesized stack, to be changed as somebody who edits the constructs would change it. */
export class StackEdit {
  constructor(readonly json: StackJson) {}

  /** The only resource of a type whose id has the part. */
  resource(type: string, part = ""): Attributes {
    return this.json.resource[type]?.[this.id(type, part)] as Attributes;
  }

  set(type: string, part: string, attributes: Attributes): void {
    Object.assign(this.resource(type, part), attributes);
  }

  unset(type: string, part: string, ...names: string[]): void {
    for (const name of names) delete this.resource(type, part)[name];
  }

  add(type: string, id: string, attributes: Attributes): void {
    this.json.resource[type] = { ...this.json.resource[type], [id]: attributes };
  }

  /** Takes a resource away, and what depends on it by `depends_on` with no other use of it. */
  remove(type: string, part: string): string {
    const id = this.id(type, part);
    const { [id]: _, ...others } = this.json.resource[type] ?? {};
    if (Object.keys(others).length > 0) this.json.resource[type] = others;
    else delete this.json.resource[type];
    this.forgetDependency(`${type}.${id}`);
    return id;
  }

  /** Gives a resource another id, as a renamed construct would. */
  rename(type: string, part: string, to: string): string {
    const id = this.id(type, part);
    const text = JSON.stringify(this.json).replaceAll(id, to);
    Object.assign(this.json, JSON.parse(text));
    return id;
  }

  /** Lets Terraform plan what `prevent_destroy` or a precondition would refuse. */
  letDestroy(type: string, part: string): void {
    delete this.resource(type, part).lifecycle;
  }

  statement(part: string, sid: string): PolicyStatement {
    const found = this.statements(part).find((one) => one.sid === sid);
    if (!found) throw new Error(`no statement ${sid} in ${part}`);
    return found;
  }

  statements(part: string): PolicyStatement[] {
    const documents = this.json.data.aws_iam_policy_document ?? {};
    const [document, ...more] = Object.entries(documents).filter(([id]) => id.includes(part));
    if (!document || more.length > 0) throw new Error(`${more.length + 1} documents are called ${part}`);
    return document[1].statement;
  }

  private id(type: string, part: string): string {
    const ids = Object.keys(this.json.resource[type] ?? {}).filter((id) => id.includes(part));
    const [id, ...more] = ids;
    if (id === undefined || more.length > 0) throw new Error(`${ids.length} of ${type} are called ${part}`);
    return id;
  }

  private forgetDependency(address: string): void {
    for (const block of Object.values(this.json.resource).flatMap((ids) => Object.values(ids)))
      if (block.depends_on) block.depends_on = block.depends_on.filter((one: string) => one !== address);
  }
}
