/** Response schemas of monitoring.ts. The OpenAPI document is generated from them. */
import { z } from "zod";
import { time } from "../response-fields";

export const monitoring = z.object({ monitoring: z.enum(["running", "stopped"]), since: time }).meta({ id: "Monitoring" });
