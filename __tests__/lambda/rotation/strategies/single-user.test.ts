import { LoginRefusedError } from "../../../../lambda/rotation/support/errors";
import { STEPS, World } from "../support/world";

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());
beforeEach(() => world.reset());

const workingSecret = (tags?: Record<string, string>) => world.workingSecret(tags, { team: "payments" });

test("three rotations in a row each leave a new password that logs in, and an old one that does not", async () => {
  const { arn } = await workingSecret();
  const seen = new Set<string>();
  for (let rotation = 0; rotation < 3; rotation++) {
    const { username, password: old } = world.secrets.at(arn, "AWSCURRENT");
    const { password } = await world.rotate(arn);
    expect(await world.logsIn(username, password)).toBe(true);
    expect(await world.logsIn(username, old)).toBe(false);
    seen.add(password ?? "");
  }
  expect(seen.size).toBe(3);
});

test("only the password changes in the secret; all else stays byte for byte", async () => {
  const { user } = await workingSecret();
  await world.setPassword(user, "known-password");
  const text = JSON.stringify({ ...world.connection(user), password: "known-password" }).replace(
    "{",
    '{ "accountNumber": 12345678901234567890, "ratio": 1.0, ',
  );
  const arn = world.secrets.create(text);
  const { password = "" } = await world.rotate(arn);
  const [rotated] = [...world.secrets.secret(arn).versions.values()].filter(({ stages }) =>
    stages.has("AWSCURRENT"),
  );
  expect(rotated?.value).toBe(text.replace('"known-password"', () => JSON.stringify(password)));
});

test("the superuser secret is not read", async () => {
  const { arn } = await workingSecret();
  expect(await world.callsOfRotation(arn)).toEqual([
    ...["describe", "getValue AWSCURRENT", "putPending"],
    ...["describe", "getValue AWSPENDING", "getValue AWSCURRENT"],
    ...["describe", "getValue AWSPENDING"],
    ...["describe", "getValue AWSPENDING", "moveCurrent"],
  ]);
});

test("each step can run twice", async () => {
  const { arn } = await workingSecret();
  const token = world.secrets.startRotation(arn);
  for (const step of STEPS) {
    await world.step(arn, token, step);
    await world.step(arn, token, step);
  }
  expect(await world.currentLogsIn(arn)).toBe(true);
});

test("all steps from the first can run again after any step", async () => {
  for (let done = 1; done <= STEPS.length; done++) {
    const { arn } = await workingSecret();
    const token = world.secrets.startRotation(arn);
    for (const step of STEPS.slice(0, done)) await world.step(arn, token, step);
    await world.steps(arn, token);
    expect(await world.currentLogsIn(arn)).toBe(true);
  }
});

test("at any moment AWSCURRENT or AWSPENDING logs in", async () => {
  const { arn, user } = await workingSecret();
  const token = world.secrets.startRotation(arn);
  for (const step of STEPS) {
    await world.step(arn, token, step);
    const labels = [world.secrets.at(arn, "AWSCURRENT"), world.secrets.at(arn, "AWSPENDING")];
    const works = await Promise.all(labels.map(({ password }) => world.logsIn(user, password)));
    expect(works).toContain(true);
  }
});

test("createSecret keeps a value that is already there", async () => {
  const { arn } = await workingSecret();
  const token = world.secrets.startRotation(arn);
  await world.step(arn, token, "createSecret");
  const { password } = world.secrets.at(arn, "AWSPENDING");
  await world.step(arn, token, "createSecret");
  expect(world.secrets.at(arn, "AWSPENDING").password).toBe(password);
});

test("createSecret keeps the value that a concurrent call wrote first", async () => {
  const { arn } = await workingSecret();
  const token = world.secrets.startRotation(arn);
  const rival = { ...world.secrets.at(arn, "AWSCURRENT"), password: "rivals-password" };
  world.secrets.before = async (call) => {
    if (call !== "putPending") return;
    world.secrets.before = () => undefined;
    await world.secrets.putPending(arn, {
      id: token,
      value: JSON.stringify(rival),
      rotationToken: undefined,
    });
  };
  await world.step(arn, token, "createSecret");
  expect(world.secrets.at(arn, "AWSPENDING").password).toBe("rivals-password");
  expect(world.lastLog().outcome).toBe("kept the AWSPENDING value");
});

test("setSecret and testSecret wait for a value that a read misses at first", async () => {
  const { arn } = await workingSecret();
  const token = world.secrets.startRotation(arn);
  await world.step(arn, token, "createSecret");
  const version = world.secrets.secret(arn).versions.get(token);
  for (const step of ["setSecret", "testSecret"]) {
    const value = version?.value;
    let reads = 0;
    if (version) version.value = undefined;
    world.secrets.before = (call) => {
      if (call === "getValue AWSPENDING" && ++reads === 3 && version) version.value = value;
    };
    await world.step(arn, token, step);
    expect(reads).toBe(3);
  }
});

test("a version that never gets a value fails testSecret with the command that clears it", async () => {
  const { arn } = await workingSecret();
  const token = world.secrets.startRotation(arn);
  await expect(world.step(arn, token, "testSecret")).rejects.toThrow(
    `update-secret-version-stage --secret-id ${arn} --version-stage AWSPENDING --remove-from-version-id ${token}`,
  );
});

test("optional fields may be empty, as consoles leave them, and a port may have blanks around it", async () => {
  const { arn, user } = await workingSecret();
  const value = world.secrets.at(arn, "AWSCURRENT");
  world.secrets.put(arn, { ...value, port: ` ${world.database.port} `, masterarn: "", dbname: "" });
  expect((await world.rotate(arn)).username).toBe(user);
  expect(await world.currentLogsIn(arn)).toBe(true);
});

test("a user whose sessions only read can be rotated", async () => {
  const { arn, user } = await workingSecret();
  await world.asSuperuser(`ALTER ROLE ${user} SET default_transaction_read_only = on`);
  await world.rotate(arn);
  expect(await world.currentLogsIn(arn)).toBe(true);
});

test("a secret that was edited since its last rotation gets a new password", async () => {
  const { arn } = await workingSecret();
  const first = await world.rotate(arn);
  for (const note of ["a", "b"]) world.secrets.put(arn, { ...first, note });
  const { password } = await world.rotate(arn);
  expect(password).not.toBe(first.password);
  expect(await world.currentLogsIn(arn)).toBe(true);
});

test("AWSPREVIOUS sets the password after the database was restored to an earlier time", async () => {
  const { arn, user } = await workingSecret();
  await world.rotate(arn);
  await world.setPassword(user, world.secrets.at(arn, "AWSPREVIOUS").password ?? "");
  await world.rotate(arn);
  expect(await world.currentLogsIn(arn)).toBe(true);
  expect(world.logLines.join()).toContain("set the password, logged in with AWSPREVIOUS");
});

test("AWSPREVIOUS of another user is not tried", async () => {
  const { arn, user } = await workingSecret();
  const other = await workingSecret();
  const { password } = world.secrets.at(other.arn, "AWSCURRENT");
  world.secrets.put(arn, { ...world.connection(other.user), password });
  world.secrets.put(arn, { ...world.connection(user), password: "wrong" });
  await expect(world.rotate(arn)).rejects.toThrow("AWSPREVIOUS: not used, it names another user");
});

test("when no password is right the error says what was tried", async () => {
  const { arn, user } = await workingSecret();
  await world.setPassword(user, "set-by-somebody-else");
  const failure = world.rotate(arn);
  await expect(failure).rejects.toBeInstanceOf(LoginRefusedError);
  await expect(failure).rejects.toThrow(
    /setSecret.*"localhost".*Tried: AWSPENDING: refused; AWSCURRENT: refused \[28P01\]; AWSPREVIOUS: there is none/,
  );
});

test("testSecret fails while the database does not have the password", async () => {
  const { arn } = await workingSecret();
  const token = world.secrets.startRotation(arn);
  await world.step(arn, token, "createSecret");
  await expect(world.step(arn, token, "testSecret")).rejects.toThrow(
    /refused AWSPENDING .*AWSCURRENT is unchanged/,
  );
});

test("a password outside ASCII in AWSPENDING is refused before the database changes", async () => {
  const { arn } = await workingSecret();
  const id = world.secrets.startRotation(arn);
  const value = JSON.stringify({ ...world.secrets.at(arn, "AWSCURRENT"), password: "pässword" });
  await world.secrets.putPending(arn, { id, value, rotationToken: undefined });
  await expect(world.step(arn, id, "setSecret")).rejects.toThrow("outside printable ASCII");
  expect(await world.currentLogsIn(arn)).toBe(true);
});

test("finishSecret alone, before the database has the new password, leaves AWSCURRENT as it is", async () => {
  const { arn } = await workingSecret();
  const id = world.secrets.startRotation(arn);
  await world.step(arn, id, "createSecret");
  await expect(world.step(arn, id, "finishSecret")).rejects.toThrow("refused AWSPENDING for the user");
  expect(await world.currentLogsIn(arn)).toBe(true);
  await world.steps(arn, id, "setSecret");
  expect(await world.currentLogsIn(arn)).toBe(true);
});

test("finishSecret leaves the AWSPENDING label alone", async () => {
  const { arn } = await workingSecret();
  const token = world.secrets.startRotation(arn);
  for (const step of STEPS) await world.step(arn, token, step);
  expect([...(world.secrets.secret(arn).versions.get(token)?.stages ?? [])]).toEqual([
    "AWSPENDING",
    "LAST_WRITTEN_BY_ROTATION",
    "AWSCURRENT",
  ]);
});

test("a stopped rotation that never reached the database is followed by one that succeeds", async () => {
  const { arn } = await workingSecret();
  await world.step(arn, world.secrets.startRotation(arn), "createSecret");
  world.secrets.abandonRotation(arn);
  await world.rotate(arn);
  expect(await world.currentLogsIn(arn)).toBe(true);
});

test("a rotation that was given up after it set the password is completed by the next one", async () => {
  const { arn } = await workingSecret();
  const token = world.secrets.startRotation(arn);
  for (const step of STEPS.slice(0, 2)) await world.step(arn, token, step);
  const { password: given } = world.secrets.at(arn, "AWSPENDING");
  world.secrets.abandonRotation(arn);
  expect((await world.rotate(arn)).password).toBe(given);
  expect(world.logLines.join()).toContain("with the password that an abandoned rotation set");
  expect((await world.rotate(arn)).password).not.toBe(given);
  expect(await world.currentLogsIn(arn)).toBe(true);
});

test("the password of an older version that no longer logs in is not used again", async () => {
  const { arn, user } = await workingSecret();
  const { password: ours } = await world.rotate(arn);
  // Two rotations by AWS's function, which does not know our label.
  for (const password of ["theirs-first", "theirs-second"]) {
    await world.setPassword(user, password);
    world.secrets.put(arn, { ...world.secrets.at(arn, "AWSCURRENT"), password });
  }
  expect((await world.rotate(arn)).password).not.toBe(ours);
  expect(await world.currentLogsIn(arn)).toBe(true);
});

test("a run that was held up while another rotation finished changes nothing", async () => {
  const { arn } = await workingSecret();
  const late = world.secrets.startRotation(arn);
  await world.step(arn, late, "createSecret");
  world.whenLoggedIn(async () => {
    world.secrets.abandonRotation(arn);
    await world.rotate(arn);
    world.heldUpMs += 60_000;
  });
  await expect(world.step(arn, late, "setSecret")).rejects.toThrow(/no such version|not AWSPENDING/);
  expect(await world.currentLogsIn(arn)).toBe(true);
});

test("no password is in our log, in an error or in the server's log", async () => {
  expect(world.secrets.passwords.size).toBeGreaterThan(20);
  expect(await world.leaks()).toEqual([]);
});
