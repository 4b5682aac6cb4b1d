const { availableParallelism } = require("node:os");
const replaced = require("./scripts/build/replaced-modules.json");

// The functions run on Node 22 and newer; on Node 20 the AWS SDK would say so once in every test file.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
// Terraform and its providers mostly read schemas: with less garbage collection they need a third less processor time.
process.env.GOGC ??= "400";
// What the user works on is no matter of the tests, nor of what they start.
for (const name of ["ENVIRONMENT", "SECRET_BACKEND", "CDKTF_OUTDIR"]) delete process.env[name];

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: "<rootDir>/__tests__/support/compiled-once.cjs",
  // More than processors: the longest tests mostly wait, as the provider does for RDS and rotation for time limits.
  maxWorkers: availableParallelism() + 8,
  testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
  // The sources, too: jest finds the tests of a changed one. What is made or installed is not even crawled, for which
  // jest has to crawl by itself: find(1) would go through it.
  roots: ["<rootDir>"],
  modulePathIgnorePatterns: ["^<rootDir>/(node_modules|dist|lib|cdktf\\.out[^/]*|\\.[^/]+)(/|$)"],
  haste: { forceNodeFilesystemAPI: true },
  moduleNameMapper: {
    // As in the functions' zip files.
    ...Object.fromEntries(Object.entries(replaced).map(([name, file]) => [`^${name}$`, `<rootDir>/${file}`])),
    "^\\./(.*/)?stack-trace$": "<rootDir>/__tests__/support/no-stack-trace.cjs",
  },
  // For a test that hangs. Many start processes or servers, ten at once on two cores, and a machine may be slow.
  testTimeout: 180_000,
  testSequencer: "<rootDir>/__tests__/support/longest-first.cjs",
  setupFilesAfterEnv: ["<rootDir>/__tests__/support/longest-first.setup.cjs"],
  globalSetup: "<rootDir>/__tests__/support/setup.ts",
  globalTeardown: "<rootDir>/__tests__/support/teardown.ts",
  transform: {
    "^.+\\.[cm]?[jt]s$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } },
    ],
  },
  snapshotFormat: { escapeString: false, printBasicPrototype: false },
};
