import { z } from "zod";
import { changeSettings } from "../change-settings";
import { adminProcedure, outputSchema, router } from "../trpc";
import * as response from "./config-responses";

/** `alerts.group_wait`, or a list of its parts when a part contains a dot. */
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
  .refine((parts) => !parts.some((part) => isOfPrototype(String(part))), "is no setting");

/** Names that every object has: no setting is called so, and a file that has one would be read as if it had not. */
function isOfPrototype(name: string): boolean {
  return ["__proto__", "constructor", "prototype"].includes(name);
}

function holdsOfPrototype(value: unknown): boolean {
  if (value === null || typeof value !== "object") return false;
  return Object.entries(value).some(([key, inner]) => isOfPrototype(key) || holdsOfPrototype(inner));
}

const change = z.strictObject({
  path,
  /** Null removes the setting from the file, which restores its default. */
  value: z
    .unknown()
    // Before the schema, which drops such names without a word.
    .refine((value) => !holdsOfPrototype(value), "holds a name that is no setting")
    .pipe(z.json()),
});

export const configRouter = router({
  /** Every setting with its current value, its source and its default. Secrets are hidden. */
  get: adminProcedure
    .meta({
      rest: {
        method: "GET",
        path: "/config",
        summary: "Every setting with its current value, source and default",
        stable: "settings",
      },
    })
    .output(outputSchema(response.config))
    .query(({ ctx }) => ({
      etag: ctx.runtime.settings.etag(),
      mistakes: [...ctx.runtime.settings.mistakes()],
      settings: ctx.runtime.settings.list().map((one) => ({ ...one, choices: [...one.choices] })),
    })),

  /** Comments may hold what was a secret once, so values in them are hidden by their names too. */
  text: adminProcedure
    .meta({ rest: { method: "GET", path: "/config/text", summary: "The configuration file as it stands, with secrets hidden" } })
    .output(outputSchema(response.configText))
    .query(({ ctx }) => ({ text: ctx.runtime.settings.text() })),

  /**
   * Writes settings to the configuration file, keeping its comments, and applies them. `ifMatch` is the ETag the client has read.
   */
  set: adminProcedure
    .meta({
      rest: {
        method: "PATCH",
        path: "/config",
        summary: "Changes settings in the configuration file and applies them",
        example: { changes: [{ path: "alerts.group_wait", value: "30s" }] },
      },
    })
    .input(z.strictObject({ changes: z.array(change).min(1).max(100), ifMatch: z.string().max(100).optional() }))
    .output(outputSchema(response.configChange))
    .mutation(({ ctx, input }) => {
      const { settings } = ctx.runtime;
      const changes = input.changes.map(({ path: at, value }) => ({ path: at, value: value === null ? undefined : value }));
      const done = changeSettings({ ...ctx, ifMatch: input.ifMatch ?? ctx.ifMatch }, changes);
      const changed = new Set(changes.map(({ path: at }) => at.join(".")));
      const waiting = settings.list().filter((one) => !one.live && changed.has(one.path));
      return {
        etag: settings.etag(),
        restartNeeded: waiting.map((one) => one.path),
        passwordRemoved: done.some(({ what, to }) => /^notifications\.email\.password(_file)?$/.test(what) && to === null),
      };
    }),
});
