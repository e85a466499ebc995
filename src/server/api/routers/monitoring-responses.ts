/** What the procedures of monitoring.ts answer. The OpenAPI document is made from these schemas. */
import { z } from "zod";
import { time } from "../response-fields";

export const monitoring = z.object({ monitoring: z.enum(["running", "stopped"]), since: time }).meta({ id: "Monitoring" });
