import { readFileSync } from "node:fs";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { DefaultTokenResolver, StringConcat, TerraformStack, Testing, Tokenization } from "cdktf";

/** Attributes of a block as Terraform's JSON has them: snake_case, references as `${…}`. */
// biome-ignore lint/suspicious/noExplicitAny: the JSON of some two thousand resource types; assertions check its shape.
export type Attributes = Record<string, any>;

/** A statement of an `aws_iam_policy_document`. */
export interface Statement {
  readonly sid?: string;
  readonly effect?: string;
  readonly actions: readonly string[];
  readonly resources?: readonly string[];
  readonly principals?: readonly { readonly type: string; readonly identifiers: readonly string[] }[];
  readonly condition?: readonly {
    readonly test: string;
    readonly variable: string;
    readonly values: readonly string[];
  }[];
}

type Blocks = Readonly<Record<string, Readonly<Record<string, Attributes>>>>;

interface Synthesized {
  readonly resource?: Blocks;
  readonly data?: Blocks;
  readonly check?: Readonly<Record<string, Attributes>>;
  readonly output?: Readonly<Record<string, Attributes>>;
  readonly provider?: Readonly<Record<string, Attributes[]>>;
  readonly terraform?: Attributes;
}

/** A synthesized stack, to ask questions of. */
export class Template {
  private readonly synthesized: Synthesized;

  private constructor(readonly text: string) {
    this.synthesized = withoutMetadata(JSON.parse(text)) as Synthesized;
  }

  /** Synthesizes a stack that stands alone, with its validations. Once per stack: aspects run again each time. */
  static of(stack: TerraformStack): Template {
    return new Template(Testing.synth(stack, true));
  }

  /** Reads the `cdk.tf.json` of a stack. */
  static fromFile(file: string): Template {
    return new Template(readFileSync(file, "utf8"));
  }

  /** `<type>.<id>` of every resource, sorted. */
  get addresses(): string[] {
    return Object.entries(this.synthesized.resource ?? {})
      .flatMap(([type, blocks]) => Object.keys(blocks).map((id) => `${type}.${id}`))
      .sort();
  }

  get terraform(): Attributes {
    return this.synthesized.terraform ?? {};
  }

  get outputs(): Readonly<Record<string, Attributes>> {
    return this.synthesized.output ?? {};
  }

  get checks(): Readonly<Record<string, Attributes>> {
    return this.synthesized.check ?? {};
  }

  /** The settings of the only provider block of a name. */
  provider(name: string): Attributes {
    const [settings, ...more] = this.synthesized.provider?.[name] ?? [];
    if (!settings || more.length > 0) throw new Error(`expected one provider block "${name}"`);
    return settings;
  }

  resources(type: string): Attributes[] {
    return Object.values(this.synthesized.resource?.[type] ?? {});
  }

  /** The only resource of a type, or the only one of it with these attributes. */
  resource(type: string, having: Attributes = {}): Attributes {
    const found = this.resources(type).filter((attributes) =>
      Object.entries(having).every(([key, value]) => attributes[key] === value),
    );
    const [only, ...more] = found;
    if (!only || more.length > 0) {
      const wanted = Object.keys(having).length > 0 ? ` with ${JSON.stringify(having)}` : "";
      throw new Error(
        `expected one ${type}${wanted}, found ${found.length}; the stack has\n${this.addresses.join("\n")}`,
      );
    }
    return only;
  }

  /** Address of the only resource of a type, or of the one whose id holds `part`. */
  address(type: string, part = ""): string {
    const found = this.addresses.filter(
      (address) => address.startsWith(`${type}.`) && address.includes(part),
    );
    const [only, ...more] = found;
    if (!only || more.length > 0) {
      throw new Error(
        `expected one ${type} named ${part}, found ${found.length}; the stack has\n${this.addresses.join("\n")}`,
      );
    }
    return only;
  }

  /** `${<address>.<attribute>}` of the resource that {@link address} finds; without an attribute, of all of it. */
  reference(attribute: string, type: string, part = ""): string {
    return `\${${[this.address(type, part), attribute].filter(Boolean).join(".")}}`;
  }

  /** The statements of the policy document to which an attribute refers. */
  statements(reference: unknown): Statement[] {
    const id = /^\$\{data\.aws_iam_policy_document\.([\w-]+)\.json\}$/.exec(String(reference))?.[1];
    const document = id && this.synthesized.data?.aws_iam_policy_document?.[id];
    if (!document) throw new Error(`${String(reference)} is not a policy document of this stack`);
    return document.statement;
  }

  /** The statement with a sid of the policy document to which an attribute refers. */
  statement(reference: unknown, sid: string): Statement {
    const statements = this.statements(reference);
    const found = statements.find((statement) => statement.sid === sid);
    if (!found) throw new Error(`no statement ${sid}, only ${statements.map((s) => s.sid).join(", ")}`);
    return found;
  }

  /** Every statement of every policy document, with the document's id. */
  get allStatements(): (Statement & { readonly document: string })[] {
    return Object.entries(this.synthesized.data?.aws_iam_policy_document ?? {}).flatMap(
      ([document, { statement }]) => statement.map((each: Statement) => ({ ...each, document })),
    );
  }

  /** Resources and policy documents in few lines: what changes with every build is replaced. */
  snapshot(): unknown {
    const { resource, data } = this.synthesized;
    const text = JSON.stringify({ resource, data })
      .replace(/(assets\/[\w-]+)\/[0-9a-f]{32}\//g, "$1/<hash>/")
      .replace(/("source_code_hash":)"[^"]+"/g, '$1"<hash>"');
    return JSON.parse(text);
  }
}

/** Builds something in a stack of its own and synthesizes it. */
export function synthesize<Built>(build: (stack: TerraformStack) => Built): {
  readonly built: Built;
  readonly template: Template;
  /** An attribute of what was built, as the template has it. */
  resolve<Value>(value: Value): Value;
} {
  const stack = emptyStack();
  const built = build(stack);
  const resolver = new DefaultTokenResolver(new StringConcat());
  return {
    built,
    template: Template.of(stack),
    resolve: (value) => Tokenization.resolve(value, { scope: stack, resolver, preparing: false }),
  };
}

/** A stack with a provider and nothing else. */
export function emptyStack(): TerraformStack {
  const stack = new TerraformStack(Testing.app(), "test");
  new AwsProvider(stack, "Aws", { region: "ap-northeast-2" });
  return stack;
}

/** The fields of a `${jsonencode({…})}`: literals by their value, references as they are written. */
export function jsonencoded(expression: string): Record<string, unknown> {
  const body = /^\$\{jsonencode\(\{(.*)\}\)\}$/s.exec(expression)?.[1];
  if (body === undefined) throw new Error(`not a jsonencode of an object: ${expression}`);
  const fields = [...body.matchAll(/"([^"]+)" = ("(?:[^"\\]|\\.)*"|[^,]+)/g)];
  return Object.fromEntries(
    fields.map(([, name = "", value = ""]) => [name, /^["\d]/.test(value) ? JSON.parse(value) : value]),
  );
}

/** CDKTF's notes about constructs, which say where things come from and not what they are. */
function withoutMetadata(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMetadata);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "//")
      .map(([key, child]) => [key, withoutMetadata(child)]),
  );
}
