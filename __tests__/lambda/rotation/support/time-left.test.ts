import { OutOfTimeError } from "../../../../lambda/rotation/support/errors";
import { timeForLogin, UNLIMITED } from "../../../../lambda/rotation/support/time-left";

test.each([
  ["as long as a cluster needs to resume", () => 60_000, 40_000],
  ["what is left, but for what comes after it", () => 20_000, 18_000],
  ["five seconds where nothing else would end it", UNLIMITED, 5_000],
])("a login may take %s", (_, timeLeft, milliseconds) => {
  expect(timeForLogin("log in", timeLeft)).toBe(milliseconds);
});

test("a login that there is no time for is an error before it begins", () => {
  expect(() => timeForLogin("log in", () => 2_050)).toThrow(OutOfTimeError);
});
