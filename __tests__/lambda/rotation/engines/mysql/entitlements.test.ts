import {
  isWithin,
  parseGrants,
  statementsToAlign,
} from "../../../../../lambda/rotation/engines/mysql/entitlements";

const TO = "`a`@`%`";
const TWIN = "'a_clone'@'%'";

function align(present: string[], wanted: string[]): string[] {
  return statementsToAlign(TWIN, parseGrants(present), parseGrants(wanted));
}

test("the same grants need nothing, whatever password, limits and default role come with them", () => {
  expect(
    align(
      [`GRANT USAGE ON *.* TO ${TO}`, `GRANT SELECT, INSERT ON \`app\`.* TO ${TO}`],
      [
        `GRANT USAGE ON *.* TO ${TO} IDENTIFIED BY PASSWORD '*00' REQUIRE SSL WITH MAX_QUERIES_PER_HOUR 10`,
        `GRANT INSERT, SELECT ON \`app\`.* TO ${TO}`,
        `SET DEFAULT ROLE \`r\` FOR ${TO}`,
      ],
    ),
  ).toEqual([]);
});

test("of MySQL's static and dynamic privileges each keeps its own grant option", () => {
  expect(
    align(
      [],
      [
        `GRANT PROCESS, RELOAD ON *.* TO ${TO} WITH GRANT OPTION`,
        `GRANT BACKUP_ADMIN ON *.* TO ${TO}`,
        `GRANT ROLE_ADMIN ON *.* TO ${TO} WITH GRANT OPTION`,
      ],
    ),
  ).toEqual([
    `GRANT PROCESS ON *.* TO ${TWIN}`,
    `GRANT RELOAD ON *.* TO ${TWIN}`,
    `GRANT BACKUP_ADMIN ON *.* TO ${TWIN}`,
    `GRANT ROLE_ADMIN ON *.* TO ${TWIN} WITH GRANT OPTION`,
    `GRANT USAGE ON *.* TO ${TWIN} WITH GRANT OPTION`,
  ]);
});

test("what is too much goes first", () => {
  expect(
    align(
      [`GRANT ALL PRIVILEGES ON \`app\`.* TO ${TO} WITH GRANT OPTION`],
      [`GRANT SELECT ON \`app\`.* TO ${TO}`],
    ),
  ).toEqual([
    `REVOKE ALL PRIVILEGES ON \`app\`.* FROM ${TWIN}`,
    `REVOKE GRANT OPTION ON \`app\`.* FROM ${TWIN}`,
    `GRANT SELECT ON \`app\`.* TO ${TWIN}`,
  ]);
});

test("roles, of MySQL several in a line, and partial revokes are carried over and taken back", () => {
  const lines = [
    `GRANT \`r\`@\`%\`,\`s\`@\`%\` TO ${TO} WITH ADMIN OPTION`,
    `REVOKE SELECT ON \`mysql\`.* FROM ${TO}`,
  ];
  expect(align([], lines)).toEqual([
    `GRANT \`r\`@\`%\` TO ${TWIN} WITH ADMIN OPTION`,
    `GRANT \`s\`@\`%\` TO ${TWIN} WITH ADMIN OPTION`,
    `REVOKE SELECT ON \`mysql\`.* FROM ${TWIN}`,
  ]);
  expect(align(lines, [])).toEqual([
    `REVOKE \`r\`@\`%\` FROM ${TWIN}`,
    `REVOKE \`s\`@\`%\` FROM ${TWIN}`,
    `GRANT SELECT ON \`mysql\`.* TO ${TWIN}`,
  ]);
});

test("names that look like the statement's own words do not confuse it", () => {
  const object = "`a TO ``b`` ON c, WITH GRANT OPTION`.`t`";
  expect(align([], [`GRANT SELECT (\`x, y\`, \`z\`), EXECUTE ON ${object} TO \`u TO v\`@\`%\``])).toEqual([
    `GRANT SELECT (\`x, y\`, \`z\`) ON ${object} TO ${TWIN}`,
    `GRANT EXECUTE ON ${object} TO ${TWIN}`,
  ]);
});

test("who has less, or the same, is within", () => {
  const [more, less] = [
    parseGrants([`GRANT SELECT, INSERT ON \`app\`.* TO ${TO}`]),
    parseGrants([`GRANT SELECT ON \`app\`.* TO ${TO}`]),
  ];
  expect([isWithin(less, more), isWithin(more, more), isWithin(more, less)]).toEqual([true, true, false]);
});
