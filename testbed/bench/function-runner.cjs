// A fresh process that loads a function from its zip's code and handles the events it is sent, as Lambda's does.
const started = performance.now();
const { handler } = require(process.argv[2]);
const loadMs = performance.now() - started;

process.on("message", async (event) => {
  const answer = await handler(event).then(
    (result) => ({ result }),
    (thrown) => ({ error: String(thrown) }),
  );
  // Whoever has the answer may end the process: all that the function has printed is on its way before.
  await new Promise((written) => process.stdout.write("", written));
  // Kilobytes on every platform (libuv).
  process.send({ ...answer, peakRssMb: process.resourceUsage().maxRSS / 1024 });
});
process.send({ loadMs });
