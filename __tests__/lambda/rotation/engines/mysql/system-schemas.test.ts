import {
  coversSystemSchema,
  isSystemSchema,
} from "../../../../../lambda/rotation/engines/mysql/system-schemas";

test.each(["mysql", "SYS", "mysql ", "%", "m%", "m_sql", "%_schema", "s\\ys", `${"%".repeat(60)}l`])(
  "a grant on %p covers a schema of the server's own",
  (pattern) => {
    expect(coversSystemSchema(pattern)).toBe(true);
  },
);

test.each(["mysql", "sys", "performance_schema", "information_schema", "Mysql  "])(
  "%p is a schema of the server's own",
  (name) => {
    expect(isSystemSchema(name)).toBe(true);
    expect(coversSystemSchema(name)).toBe(true);
  },
);

test.each(["app", "my_shop", "my\\_sql", "m\\ysq", "mysql\\%", "mysql_", "sys.", "[m]ysql", "\\", "%x"])(
  "a grant on %p covers none",
  (pattern) => {
    expect(coversSystemSchema(pattern)).toBe(false);
  },
);
