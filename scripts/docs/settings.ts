import { readFileSync } from "node:fs";
import { join } from "node:path";

const SCHEMA = join(__dirname, "..", "..", "environments", "schema.json");

/** The part of JSON Schema that environments/schema.json uses. */
interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  /** `false`, or what is described. */
  readonly anyOf?: readonly [Schema, Schema];
}

/** The tables of docs/settings.md, which environments/schema.json gives. */
export function settingsTables(): string {
  return tables(JSON.parse(readFileSync(SCHEMA, "utf8")));
}

/** Single settings in one table, each group of settings in one of its own. */
function tables({ properties = {}, required = [] }: Schema): string {
  const entries = Object.entries(properties).filter(([name]) => name !== "$schema");
  const isGroup = ([, schema]: [string, Schema]) => groupsIn(schema).length > 0;
  const single = entries.filter((entry) => !isGroup(entry));
  return [
    `### General\n\n${table(single.map(([name, schema]) => row(name, schema, required.includes(name))))}`,
    ...entries.filter(isGroup).map(([name, schema]) => group(name, schema, required.includes(name))),
  ].join("\n");
}

/** The objects that a setting is, or is a list of, or has by name; several where they are of different kinds. */
function groupsIn(schema: Schema): readonly Schema[] {
  const { properties, oneOf, anyOf, items, additionalProperties } = schema;
  if (anyOf) return groupsIn(anyOf[1]);
  if (properties) return [{ properties }];
  if (oneOf) return oneOf.filter((kind) => kind.properties);
  if (items) return groupsIn(items);
  return typeof additionalProperties === "object" ? groupsIn(additionalProperties) : [];
}

function group(name: string, schema: Schema, isRequired: boolean): string {
  const meaning = [schema.description, isRequired ? "Required." : undefined].filter(Boolean).join(" ");
  return `### ${name}\n\n${meaning ? `${wrap(meaning)}\n\n` : ""}${table(rows("", schema))}`;
}

/** A row for each setting below; `path` is what stands in front of its name. */
function rows(path: string, schema: Schema): string[] {
  const { properties, required = [], oneOf, anyOf, items, additionalProperties } = schema;
  if (anyOf) return rows(path, anyOf[1]);
  if (oneOf) return oneOf.flatMap((kind) => (kind.properties ? rowsOfKind(path, kind) : []));
  if (items) return rows(path, items);
  if (typeof additionalProperties === "object") return rows(path, additionalProperties);
  return Object.entries(properties ?? {}).flatMap(([name, child]) =>
    groupsIn(child).length > 0
      ? [
          ...(child.description ? [row(path + name, child, required.includes(name))] : []),
          ...rows(`${path}${name}${child.items ? "[]" : ""}.`, child),
        ]
      : [row(path + name, child, required.includes(name))],
  );
}

/** Of a group that has kinds, the settings of one: the first row says which. */
function rowsOfKind(path: string, kind: Schema): string[] {
  const [key = "", { const: value } = {}] =
    Object.entries(kind.properties ?? {}).find(([, child]) => child.const !== undefined) ?? [];
  const { [key]: _, ...properties } = kind.properties ?? {};
  const title = `| **\`${path}${key}\`: \`${JSON.stringify(value)}\`** | | | ${cell(kind.description)} |`;
  return [title, ...rows(path, { ...kind, properties })];
}

function row(name: string, schema: Schema, isRequired: boolean): string {
  const { default: value } = schema;
  const isShown = value !== undefined && JSON.stringify(value) !== "{}";
  const byDefault = isRequired ? "required" : isShown ? `\`${JSON.stringify(value)}\`` : "";
  return `| \`${name}\` | ${cell(values(schema))} | ${byDefault} | ${cell(schema.description)} |`;
}

function values(schema: Schema): string {
  const { type, enum: choices, items, oneOf, anyOf, properties, additionalProperties } = schema;
  const { minimum, maximum } = schema;
  if (anyOf) return `\`false\`, ${values(anyOf[1])}`;
  if (choices) return choices.map((choice) => `\`${JSON.stringify(choice)}\``).join(", ");
  if (oneOf) return "one of the kinds below";
  if (items) return groupsIn(items).length > 0 ? "list" : `list of ${values(items)}`;
  if (properties) return "object";
  if (typeof additionalProperties === "object") return "object of texts";
  if (type === "integer" || type === "number") {
    const kind = type === "integer" ? "whole number" : "number";
    return minimum === undefined ? kind : `${kind}, ${minimum} to ${maximum}`;
  }
  return type === "boolean" ? "`true`, `false`" : "text";
}

function table(lines: readonly string[]): string {
  return `| setting | values | default | meaning |\n|---|---|---|---|\n${lines.join("\n")}\n`;
}

function cell(text = ""): string {
  return text.replaceAll("|", "\\|").replace(/<\w+>[\w<>-]*/g, "`$&`");
}

function wrap(text: string): string {
  return cell(text)
    .replace(/(.{1,118})(\s+|$)/g, "$1\n")
    .trim();
}
