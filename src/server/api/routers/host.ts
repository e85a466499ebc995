import { router, viewerProcedure } from "../trpc";

export const hostRouter = router({
  /** What this machine is, and since when its history is kept. */
  get: viewerProcedure.meta({ rest: { method: "GET", path: "/host" } }).query(({ ctx }) => {
    const since = ctx.runtime.store.since();
    return { ...ctx.runtime.host(), historySince: since === null ? null : new Date(since).toISOString() };
  }),
});
