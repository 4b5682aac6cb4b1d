import { selecting } from "../../testbed/selecting";

test("a child uses the environment that it is given, and none of the user's choices", () => {
  const own = { ENVIRONMENT: "prod", SECRET_BACKEND: "vault", HOME: "/home/user" };
  expect(JSON.parse(JSON.stringify({ ...own, ...selecting("local") }))).toEqual({
    ENVIRONMENT: "local",
    HOME: "/home/user",
  });
});
