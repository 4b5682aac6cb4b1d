import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findMySqlServers } from "../../../scripts/emulator/mysql";

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "mysql-cache-"));
});
afterEach(() => rmSync(cache, { recursive: true }));

function unpacked(name: string): string {
  mkdirSync(join(cache, name));
  writeFileSync(join(cache, name, "mysqld"), "");
  return join(cache, name, "mysqld");
}

test("every server in the cache is found, by the name of its folder", () => {
  const [second, first] = [unpacked("ubuntu"), unpacked("debian")];
  mkdirSync(join(cache, "ubuntu.partial"));
  expect(findMySqlServers(undefined, cache)).toEqual([
    { name: "MySQL of debian", program: first },
    { name: "MySQL of ubuntu", program: second },
  ]);
});

test("the one that MYSQLD names takes the place of those in the cache", () => {
  unpacked("debian");
  expect(findMySqlServers("/usr/sbin/mysqld", cache)).toEqual([
    { name: "/usr/sbin/mysqld", program: "/usr/sbin/mysqld" },
  ]);
});

test("without a cache there is none", () => {
  expect(findMySqlServers(undefined, join(cache, "nothing"))).toEqual([]);
});
