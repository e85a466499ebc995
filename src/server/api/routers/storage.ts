import { outputSchema, router, viewerProcedure } from "../trpc";
import { storage } from "./storage-responses";

const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString());

export const storageRouter = router({
  size: viewerProcedure
    .meta({ rest: { method: "GET", path: "/storage", summary: "Size of the history by tier, and its expected size" } })
    .output(outputSchema(storage))
    .query(({ ctx }) => {
      const { tiers, disk, ...rest } = ctx.runtime.store.storage(ctx.runtime.now());
      // The free space is not finite when it is unknown. JSON has no such number.
      const freeBytes = Number.isFinite(disk.freeBytes) ? disk.freeBytes : null;
      return {
        ...rest,
        disk: { ...disk, freeBytes },
        tiers: tiers.map((tier) => ({ ...tier, oldest: iso(tier.oldest), newest: iso(tier.newest) })),
      };
    }),
});
