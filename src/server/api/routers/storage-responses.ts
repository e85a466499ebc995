/** Response schemas of storage.ts. The OpenAPI document is generated from them. */
import { z } from "zod";
import { STORED_TIERS } from "~/domain/storage";
import { number, time } from "../response-fields";

export const storage = z
  .object({
    bytes: number,
    freeBytes: number,
    maxBytes: number,
    disk: z.object({ freeBytes: number.nullable(), floorBytes: number, writable: z.boolean() }),
    tiers: z.array(
      z.object({
        name: z.enum(STORED_TIERS),
        rows: number,
        bytes: number,
        oldest: time.nullable(),
        newest: time.nullable(),
        keepSeconds: number,
      }),
    ),
    forecast: z.object({ steadyBytes: number.nullable(), daysUntilMax: number.nullable() }),
  })
  .meta({ id: "Storage" });
