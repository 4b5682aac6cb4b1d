import { passwordsIn } from "../../../scripts/prove/password-statements";

test.each([
  `statement: ALTER ROLE "orders" PASSWORD 'hunter2'`,
  `ALTER USER 'orders'@'%' IDENTIFIED BY 'hunter2'`,
  `20261128,host,admin,1,2,QUERY,app,'ALTER USER \\'orders\\'@\\'%\\' IDENTIFIED BY \\'hunter2\\'',0`,
  `CREATE USER o IDENTIFIED WITH mysql_native_password BY "hunter2"`,
  `create user o identified via ed25519 using password('hunter2')`,
  `SET PASSWORD FOR o = 'hunter2'`,
])("a password is seen in %s", (line) => {
  expect(passwordsIn([line])).toBe(1);
});

test.each([
  `ALTER ROLE "orders" PASSWORD 'SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy'`,
  `ALTER USER 'orders'@'%' IDENTIFIED BY <secret>`,
  `ALTER USER 'orders'@'%' IDENTIFIED WITH 'caching_sha2_password' AS '$A$005$c2FsdA'`,
  `ALTER USER o IDENTIFIED WITH mysql_native_password AS '*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19'`,
  `ALTER USER o IDENTIFIED BY '***'`,
  `FATAL: password authentication failed for user "orders"`,
  `SET password_encryption = 'scram-sha-256'`,
])("none is seen in %s", (line) => {
  expect(passwordsIn([line])).toBe(0);
});
