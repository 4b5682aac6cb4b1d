// The longest test mostly waits: whatever runs beside it gives way, for it to end with the others.
const { getPriority, setPriority } = require("node:os");

// To go up again takes rights that not everybody has.
if (getPriority() < 5 && !expect.getState().testPath?.includes("/deploy/environment")) setPriority(5);
