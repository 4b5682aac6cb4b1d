import { World } from "../support/world";
import { playOvertaken } from "./play";

playOvertaken<World>({
  start: () => World.start(),

  async backUp({ database }, users) {
    const verifiers = await database.asAdmin(
      async (admin) =>
        (await admin.query("SELECT rolname, rolpassword FROM pg_authid WHERE rolname = ANY ($1)", [users]))
          .rows,
    );
    return () =>
      database.asAdmin(async (admin) => {
        for (const { rolname, rolpassword } of verifiers) {
          await admin.query(`ALTER ROLE "${rolname}" PASSWORD '${rolpassword}'`);
        }
      });
  },
});
