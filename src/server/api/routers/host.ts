import { localTimeZone } from "~/domain/wall-clock";
import { outputSchema, router, viewerProcedure } from "../trpc";
import { host } from "./host-responses";

export const hostRouter = router({
  get: viewerProcedure
    .meta({
      rest: {
        method: "GET",
        path: "/host",
        summary: "This machine, its logged-in users, the start of its history, and the other machines",
      },
    })
    .output(outputSchema(host))
    .query(({ ctx }) => {
      const since = ctx.runtime.store.firstReading();
      const users = ctx.runtime.users().map((user) => ({ ...user, since: new Date(user.since).toISOString() }));
      const { links } = ctx.runtime.config.server;
      const { incident } = ctx.runtime;
      const timeZone = incident?.timeZone ?? localTimeZone();
      return {
        ...ctx.runtime.host(),
        users,
        notMeasured: ctx.runtime.notMeasured().map(({ what, reason, since: from }) => ({
          what,
          reason,
          ...(from === undefined ? {} : { since: new Date(from).toISOString() }),
        })),
        links,
        fleet: ctx.runtime.fleet() !== null,
        machine: ctx.runtime.machine,
        demo: ctx.runtime.demo,
        incident: incident && {
          from: new Date(incident.from).toISOString(),
          to: new Date(incident.to).toISOString(),
          redacted: incident.redacted,
        },
        timeZone,
        historySince: since === null ? null : new Date(since).toISOString(),
      };
    }),
});
