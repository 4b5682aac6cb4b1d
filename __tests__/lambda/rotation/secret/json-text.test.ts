import fc from "fast-check";
import { withMembers } from "../../../../lambda/rotation/secret/json-text";

test("what is not replaced stays byte for byte", () => {
  const text = `  {
    "accountNumber" : 12345678901234567890, "ratio":1.0, "tiny": 1e-400,
    "password":"old",\t"note": "\\u00e9 \\"password\\": \\"x\\" }, {",
    "nested": { "password": "inner", "list": [1.50, { "username": null }] }, "username":"app"
  }  `;
  expect(withMembers(text, { username: "app_clone", password: 'a"\\b' })).toBe(
    text.replace('"old"', () => '"a\\"\\\\b"').replace('"username":"app"', '"username":"app_clone"'),
  );
});

test("a member that is not there comes last", () => {
  expect(withMembers('{ "ratio": 1.0 }\n', { password: "new" })).toBe('{ "ratio": 1.0,"password":"new" }\n');
  expect(withMembers("{}", { password: "new" })).toBe('{"password":"new"}');
});

test("of two members of one name both are replaced, whatever escapes the name is written with", () => {
  expect(withMembers('{"password":"a","pass\\u0077ord":{"b":1}}', { password: "new" })).toBe(
    '{"password":"new","pass\\u0077ord":"new"}',
  );
});

test.each([
  ['{ "a": 1.0, "password": "x", "b": 2 }', '{ "a": 1.0, "b": 2 }'],
  ['{ "password": { "a": [1] } , "b": 2 }', '{ "b": 2 }'],
  ['{ "a": 1.0, "password": "x" }', '{ "a": 1.0 }'],
  ['{"password":"x"}', "{}"],
  ['{"a":1,"password":"x","pass\\u0077ord":"y"}', '{"a":1}'],
  ['{"a":1}', '{"a":1}'],
])("a member is taken away from %s", (text, without) => {
  expect(withMembers(text, { password: undefined })).toBe(without);
});

test("a member can take the place of the only one, which goes", () => {
  expect(withMembers('{"password":"x"}', { password: undefined, port: 5432 })).toBe('{"port":5432}');
});

test("any object means the same afterwards, but for the members that went", () => {
  const name = fc.oneof(fc.constantFrom("username", "password", "a"), fc.string());
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(name, fc.json()), { selector: ([key]) => key }), (members) => {
      const text = `{ ${members.map(([key, value]) => `${JSON.stringify(key)} : ${value}`).join(" , ")} }`;
      const read = new Map(
        Object.entries(JSON.parse(withMembers(text, { a: undefined, password: undefined }))),
      );
      const kept = members.filter(([key]) => key !== "a" && key !== "password");
      expect(read).toEqual(new Map(kept.map(([key, value]) => [key, JSON.parse(value)])));
    }),
  );
});

test("any object means the same afterwards, but for the members that were replaced", () => {
  const name = fc.oneof(fc.constantFrom("username", "password", "__proto__", "constructor", ""), fc.string());
  const object = fc.uniqueArray(fc.tuple(name, fc.json()), { selector: ([key]) => key });
  const blank = fc.constantFrom("", " ", "\n  ", "\t");
  fc.assert(
    fc.property(object, blank, fc.string(), fc.string(), (members, space, username, password) => {
      const colon = `${space}:${space}`;
      const list = members.map(([key, value]) => JSON.stringify(key) + colon + value);
      const text = `${space}{${space}${list.join(`${space},${space}`)}${space}}${space}`;
      const read = new Map(Object.entries(JSON.parse(withMembers(text, { username, password }))));
      const expected = new Map(members.map(([key, value]) => [key, JSON.parse(value)]));
      expect(read).toEqual(new Map([...expected, ["username", username], ["password", password]]));
    }),
  );
});
