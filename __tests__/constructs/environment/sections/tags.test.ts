import { changed, load, problems } from "../../../support/environment-files";
import { refuses } from "../support/refuses";
import { shippedSettings } from "../support/shipped-settings";

const dev = shippedSettings("dev");
const characters = "letters, digits, spaces and _ . : / = + - @";
const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`Key${index}`, "x"]));

describe("tags: refuse", () => {
  refuses(dev, [
    ...[[], "Team", 7].map((tags) => ({
      change: { tags },
      rule: "must be an object of texts",
      got: JSON.stringify(tags),
      fix: 'write for example { "Team": "payments" }',
    })),
    ...[7, null, ["payments"], "a;b", "two\nlines", "x".repeat(257)].map((value) => ({
      change: { tags: { Team: value } },
      path: "tags.Team",
      rule: `must be a text of at most 256 ${characters}`,
      got: expect.any(String),
      fix: 'write for example "payments"',
    })),
    ...[
      ["", 'tags[""]'],
      ["a;b", 'tags["a;b"]'],
      ["two\nlines", 'tags["two\\nlines"]'],
      ["k".repeat(129), `tags.${"k".repeat(129)}`],
    ].map(([key = "", path]) => ({
      change: { tags: { [key]: "x" } },
      path,
      rule: `a tag's key must hold 1 to 128 ${characters}`,
      got: '"x"',
      fix: "remove it, or choose another key",
    })),
    ...["rotation:group-roles", "aws:x", "AWS:x"].map((key) => ({
      change: { tags: { [key]: "x" } },
      path: `tags["${key}"]`,
      rule: '"aws:" and "rotation:" tags are set by AWS and by this project',
      got: '"x"',
      fix: "remove it, or choose another key",
    })),
    ...[
      ["ManagedBy", "ManagedBy"],
      ["stack", "Stack"],
      ["NAME", "Name"],
    ].map(([key = "", own]) => ({
      change: { tags: { [key]: "x" } },
      path: `tags.${key}`,
      rule: `${own} is set by this project`,
      got: '"x"',
      fix: "remove it, or choose another key",
    })),
    {
      change: { tags: { Team: "x", team: "y" } },
      path: "tags.team",
      rule: "two keys must differ in more than case",
      got: '"y"',
      fix: "remove it, or choose another key",
    },
    {
      change: { tags: many(41) },
      rule: "must be at most 40, are 41: of the 50 that a resource may have, this project needs some",
      got: "an object",
      fix: "remove 1",
    },
  ]);
});

test("the keys of tags are checked although a value is wrong", () => {
  expect(problems(changed(dev, { tags: { Team: 7, Stack: "x" } })).map(({ path }) => path)).toEqual([
    "tags.Team",
    "tags.Stack",
  ]);
});

test.each<[string, Readonly<Record<string, string>>]>([
  ["a key and a value as long as may be", { ["k".repeat(128)]: "v".repeat(256) }],
  ["a value that is empty", { Team: "" }],
  ["every sign that a tag may have", { "a_b.c:d/e=f+g-h@i j": "_.:/=+-@ " }],
  ["letters of any language", { Équipe: "결제 팀 ٣" }],
  ["as many letters outside the basic plane", { Team: "𠮷".repeat(256) }],
  ["a key that only begins like one of ours", { StackOwner: "x", NameOfTeam: "x" }],
  ["a key that only contains a prefix", { "my:aws:tag": "x" }],
  ["40 tags", many(40)],
])("%s is accepted", (_, tags) => {
  expect(load(changed(dev, { tags })).tags).toEqual(tags);
});
