/** Response schemas of health.ts. The OpenAPI document is generated from them. */
import { z } from "zod";
import { number } from "../response-fields";

export const health = z
  .object({
    status: z.enum(["ok", "degraded"]),
    version: z.string(),
    uptimeSeconds: number,
    checks: z.array(z.object({ name: z.string(), status: z.enum(["ok", "degraded"]), detail: z.string() })),
  })
  .meta({ id: "Health" });
