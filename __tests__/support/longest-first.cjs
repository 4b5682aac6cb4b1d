// Starts the tests that take minutes first: at the end, a worker would run one of them alone.
const { default: Sequencer } = require("@jest/test-sequencer");

const LONG = [
  "/deploy/environment",
  "/deploy/adopted",
  "/deploy/database",
  "/deploy/changed-secret",
  "/scripts/vault/server",
  "/scripts/vault/self-initialisation",
  "/rotation/time-limit",
  "/scripts/prove/main",
  "/lambda/zips/rotation",
  "/scripts/ci/pipeline",
  "/mysql/connection",
  "/scripts/vault/preparation",
  "/rotation/crash/",
  "/rotation/resume",
  "/lambda/zips/",
  "/deploy/",
  "/secret/rewrite",
  "/mysql/rotation",
  "/terraform-validate",
];

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const place = LONG.findIndex((part) => path.includes(part));
      return place === -1 ? LONG.length : place;
    };
    return super.sort(tests).sort((a, b) => rank(a) - rank(b));
  }
};
