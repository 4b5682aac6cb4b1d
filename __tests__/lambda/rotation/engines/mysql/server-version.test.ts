import { parseServerVersion } from "../../../../../lambda/rotation/engines/mysql/server-version";

test.each([
  ["8.0.13", false, false],
  ["8.0.14", false, true],
  ["8.0.39-30", false, true],
  ["8.4.3", false, true],
  ["9.1.0-commercial", false, true],
  ["10.0.1", false, true],
  ["5.7.44-log", false, false],
  ["8.0.mysql_aurora.3.08.0", false, true],
  ["10.11.9-MariaDB-log", true, false],
  ["5.5.5-10.4.8-MariaDB", true, false],
  ["11.4.2-MariaDB-ubu2404", true, false],
  ["", false, false],
])("%p: MariaDB %p, dual passwords %p", (text, isMariaDb, hasDualPasswords) => {
  expect(parseServerVersion(text)).toEqual({ isMariaDb, hasDualPasswords });
});
