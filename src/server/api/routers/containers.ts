import { z } from "zod";
import { containerRows } from "~/domain/container-usage";
import { shownUnitName } from "~/domain/unit-name";
import { flag } from "../input-fields";
import { timeOrNull } from "../response-fields";
import { outputSchema, router, viewerProcedure } from "../trpc";
import { container, failedUnit } from "./containers-responses";

export const containersRouter = router({
  list: viewerProcedure
    .meta({
      rest: {
        method: "GET",
        path: "/containers",
        summary: "Containers with state, health, restarts and resource usage, including past containers, newest first",
        example: { present: true },
      },
    })
    .input(
      z.strictObject({
        /** Without containers of the past, which have a name only. */
        present: flag.default(false),
      }),
    )
    .output(outputSchema(z.object({ timestamp: timeOrNull, containers: z.array(container) })))
    .query(async ({ ctx: { runtime }, input: { present } }) => {
      const frame = runtime.bus.latest()?.frame;
      const now = await runtime.containers.states();
      const rows = containerRows({ facts: runtime.containers.list(), ...now, readings: frame });
      return {
        timestamp: frame ? new Date(frame.at).toISOString() : null,
        containers: present ? rows.filter(({ state }) => state !== null) : rows,
      };
    }),
});

export const unitsRouter = router({
  failed: viewerProcedure
    .meta({ rest: { method: "GET", path: "/units/failed", summary: "Failed systemd units, by name" } })
    .output(outputSchema(z.object({ units: z.array(failedUnit) })))
    .query(({ ctx }) => ({
      units: ctx.runtime.failedUnits().map((unit) => ({
        ...unit,
        name: shownUnitName(unit.unit),
        since: unit.since === null ? null : new Date(unit.since).toISOString(),
      })),
    })),
});
