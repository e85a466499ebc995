import { z } from "zod";
import { adminProcedure, answers, router, viewerProcedure } from "../trpc";
import * as response from "./config-responses";

/** `alerts.group_wait`, or its parts where a part has a dot in it. */
const path = z
  .union([
    z.string().min(1).max(300),
    z
      .array(z.union([z.string().min(1).max(200), z.int().min(0)]))
      .min(1)
      .max(10),
  ])
  .transform((value) =>
    typeof value === "string" ? value.split(".").map((part) => (/^\d+$/.test(part) ? Number(part) : part)) : value,
  )
  .refine((parts) => !parts.some((part) => part === "__proto__" || part === "constructor"), "is no setting");

const change = z.strictObject({
  path,
  /** Null takes the setting out of the file: its default holds again. */
  value: z.json(),
});

export const configRouter = router({
  /** Every setting with its value in force, where it comes from and its default. Secrets are hidden. */
  get: viewerProcedure
    .meta({
      rest: {
        method: "GET",
        path: "/config",
        summary: "Every setting with its value in force, where it comes from and its default",
        stable: "settings",
      },
    })
    .output(answers(response.config))
    .query(({ ctx }) => ({
      etag: ctx.runtime.settings.etag(),
      mistakes: [...ctx.runtime.settings.mistakes()],
      settings: ctx.runtime.settings.list(),
    })),

  /** Writes settings into the configuration file and puts them in force; comments stay. `ifMatch` is the etag that was read. */
  set: adminProcedure
    .meta({
      rest: {
        method: "PATCH",
        path: "/config",
        summary: "Writes settings into the configuration file and puts them in force",
        example: { changes: [{ path: "alerts.group_wait", value: "30s" }] },
      },
    })
    .input(z.strictObject({ changes: z.array(change).min(1).max(100), ifMatch: z.string().max(100).optional() }))
    .output(answers(response.configChange))
    .mutation(({ ctx, input }) => {
      const { settings } = ctx.runtime;
      const changes = input.changes.map(({ path: at, value }) => ({ path: at, value: value === null ? undefined : value }));
      settings.change(changes, input.ifMatch ?? ctx.ifMatch);
      const changed = new Set(changes.map(({ path: at }) => at.join(".")));
      const waiting = settings.list().filter((one) => !one.live && changed.has(one.path));
      return { etag: settings.etag(), restartNeeded: waiting.map((one) => one.path) };
    }),
});
