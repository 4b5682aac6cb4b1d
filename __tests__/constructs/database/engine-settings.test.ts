import { ENGINE_SETTINGS } from "../../../constructs/database/engine-settings";

test.each([
  ["aurora-postgresql", "16.8", "aurora-postgresql16"],
  ["aurora-mysql", "8.0.mysql_aurora.3.10.0", "aurora-mysql8.0"],
] as const)("%s %s has the parameter group family %s", (engine, version, family) => {
  expect(ENGINE_SETTINGS[engine].family(version)).toBe(family);
});

test("PostgreSQL refuses connections without TLS", () => {
  expect(ENGINE_SETTINGS["aurora-postgresql"].parameters["rds.force_ssl"]).toBe("1");
});

test("MySQL refuses connections without TLS", () => {
  expect(ENGINE_SETTINGS["aurora-mysql"].parameters.require_secure_transport).toBe("ON");
});

test("PostgreSQL logs statements that change the schema, and no others unless they are slow", () => {
  expect(ENGINE_SETTINGS["aurora-postgresql"].parameters).toEqual({
    "rds.force_ssl": "1",
    log_statement: "ddl",
    log_min_duration_statement: "1000",
  });
});

test("MySQL's audit log has who connects, and no statement, in which a password could be", () => {
  const { server_audit_logging, server_audit_events } = ENGINE_SETTINGS["aurora-mysql"].parameters;
  expect([server_audit_logging, server_audit_events]).toEqual(["1", "CONNECT"]);
});
