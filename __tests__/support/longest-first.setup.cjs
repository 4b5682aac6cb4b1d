// The longest test mostly waits: whatever runs beside it gives way, for it to end with the others.
const { setPriority } = require("node:os");

if (!expect.getState().testPath?.includes("/deploy/environments")) setPriority(5);
