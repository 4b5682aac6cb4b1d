import { killsOfEach } from "./kills";

test.each([1, 2, 3, 4])(
  "a soak with %i servers at hand kills 200 times at least, and not much more",
  (servers) => {
    const inAll = killsOfEach({ KILLS_IN_ALL: "200" }, servers) * servers * 2;
    expect(inAll).toBeGreaterThanOrEqual(200);
    expect(inAll).toBeLessThan(200 + servers * 2);
  },
);

test("KILLS goes before it, to repeat a run", () => {
  expect(killsOfEach({ KILLS: "34", KILLS_IN_ALL: "200" }, 1)).toBe(34);
});
