import { z } from "zod";
import { shownUnitName } from "~/domain/unit-name";
import { outputSchema, router, viewerProcedure } from "../trpc";
import { container, failedUnit } from "./containers-responses";

export const containersRouter = router({
  list: viewerProcedure
    .meta({
      rest: {
        method: "GET",
        path: "/containers",
        summary: "Container names by the id used in metrics and process groups, including past containers, newest first",
      },
    })
    .output(outputSchema(z.object({ containers: z.array(container) })))
    .query(({ ctx }) => ({ containers: ctx.runtime.containers.list().map(({ seenAt: _seenAt, ...facts }) => facts) })),
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
