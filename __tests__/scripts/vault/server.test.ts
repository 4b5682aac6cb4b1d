import { serverSuite } from "./support/server-suite";
import { ServerWorld } from "./support/server-world";

// OpenBao from PyPI, in every run: with a static seal, and operators that log in by certificates.
serverSuite({ prepare: () => ServerWorld.prepare() });
