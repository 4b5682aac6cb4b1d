import { getDecoder } from "../../../../../lambda/rotation/engines/mysql/text-encodings";
import replaced from "../../../../../scripts/build/replaced-modules.json";

test("mysql2 has it in the tests, as in the zip", () => {
  expect(replaced["iconv-lite"]).toBe("lambda/rotation/engines/mysql/text-encodings.ts");
  const mysql2 = require.resolve("mysql2");
  expect(require(require.resolve("iconv-lite", { paths: [mysql2] })).getDecoder).toBe(getDecoder);
});

test.each([
  ["cesu8", "5.5.5-10.11.6-MariaDB", "5.5.5-10.11.6-MariaDB"],
  ["gbk", "\xd6\xd0", "中"],
  ["big5", "\xa4\xa4", "中"],
  ["sjis", "\x92\x86", "中"],
  ["euckr", "Rows matched: 1", "Rows matched: 1"],
  ["cp1251", "\xc4\xe0", "Да"],
  ["armscii8", "Rows matched: 1", "Rows matched: 1"],
  ["undefined", "Rows matched: 1", "Rows matched: 1"],
])("%s is read", (encoding, bytes, text) => {
  const decoder = getDecoder(encoding);
  expect(decoder.write(Buffer.from(bytes, "latin1")) + decoder.end()).toBe(text);
});
