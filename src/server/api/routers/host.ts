import { host } from "../answers";
import { answers, router, viewerProcedure } from "../trpc";

export const hostRouter = router({
  /** What this machine is, who is logged in, and since when its history is kept. */
  get: viewerProcedure
    .meta({
      rest: {
        method: "GET",
        path: "/host",
        summary: "What this machine is, who is logged in, and since when its history is kept",
      },
    })
    .output(answers(host))
    .query(({ ctx }) => {
      const since = ctx.runtime.store.since();
      const users = ctx.runtime.users().map((user) => ({ ...user, since: new Date(user.since).toISOString() }));
      return { ...ctx.runtime.host(), users, historySince: since === null ? null : new Date(since).toISOString() };
    }),
});
