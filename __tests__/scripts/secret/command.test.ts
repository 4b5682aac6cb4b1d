import { runCommand } from "../../../scripts/secret/command";

let written: string;
const asked = jest.fn(async (): Promise<string> => {
  throw new Error("synthesized");
});

beforeEach(() => {
  written = "";
  asked.mockClear();
  const write = (text: string | Uint8Array): boolean => {
    written += text;
    return true;
  };
  jest.spyOn(process.stdout, "write").mockImplementation(write);
  jest.spyOn(process.stderr, "write").mockImplementation(write);
});
afterEach(() => jest.restoreAllMocks());

test("the help is shown without a secret's name", async () => {
  expect(await runCommand(["--help"], asked)).toBe(0);
  expect(written).toMatch(/^Usage: npm run secret -- <name>/);
  expect(asked).not.toHaveBeenCalled();
});

test("one name is enough", async () => {
  expect(await runCommand(["orders", "--yes"], asked)).toBe(1);
  expect(written).toBe("synthesized\n");
});

test.each([
  [["--yes"], "one secret must be named, got 0 names"],
  [["orders", "hunter2", "--yes"], "one secret must be named, got 2 names"],
  [["orders", "--password", "--forget-password", "--yes"], "exclude each other, got both"],
  [["orders", "--password=hunter2", "--yes"], "does not take an argument"],
])("%j is refused before anything is synthesized", async (argv, message) => {
  expect(await runCommand(argv, asked)).toBe(1);
  expect(written).toContain(message);
  expect(written).not.toContain("hunter2");
  expect(asked).not.toHaveBeenCalled();
});
