import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { findMariaDb, findMySqlServers } from "../../../scripts/machine/mysql-binaries";

let folder: string;
let cache: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mysql-binaries-"));
  cache = join(folder, "cache");
  mkdirSync(cache);
});
afterEach(() => rmSync(folder, { recursive: true }));

function program(name: string): string {
  writeFileSync(join(folder, name), "", { mode: 0o755 });
  return join(folder, name);
}

test("MariaDB is its two programs on PATH", () => {
  const [server, initialise] = [program("mariadbd"), program("mariadb-install-db")];
  expect(findMariaDb(["/nowhere", folder].join(delimiter))).toEqual({ server, initialise });
});

test("a MariaDB without the program that makes its data is none", () => {
  program("mariadbd");
  expect(findMariaDb(folder)).toBeUndefined();
});

function unpacked(name: string): string {
  mkdirSync(join(cache, name));
  writeFileSync(join(cache, name, "mysqld"), "");
  return join(cache, name, "mysqld");
}

test("every MySQL in the cache is found, by the name of its folder", () => {
  const [second, first] = [unpacked("ubuntu"), unpacked("debian")];
  mkdirSync(join(cache, "ubuntu.partial"));
  expect(findMySqlServers(undefined, cache)).toEqual([
    { name: "MySQL of debian", program: first },
    { name: "MySQL of ubuntu", program: second },
  ]);
});

test("the MySQL that MYSQLD names takes the place of those in the cache", () => {
  unpacked("debian");
  expect(findMySqlServers("/usr/sbin/mysqld", cache)).toEqual([
    { name: "/usr/sbin/mysqld", program: "/usr/sbin/mysqld" },
  ]);
});

test("without a cache there is no MySQL", () => {
  expect(findMySqlServers(undefined, join(cache, "nothing"))).toEqual([]);
});
