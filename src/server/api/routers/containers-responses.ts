/** Response schemas of containers.ts. The OpenAPI document is generated from them. */
import { z } from "zod";
import { timeOrNull } from "../response-fields";

export const container = z
  .object({
    id: z.string().meta({ description: "the first twelve digits" }),
    name: z.string(),
    image: z.string().nullable(),
    project: z.string().nullable().meta({ description: "of Docker Compose" }),
    pod: z.string().nullable().meta({ description: "namespace/pod of Kubernetes" }),
    health: z.enum(["healthy", "unhealthy", "starting"]).nullable(),
  })
  .meta({ id: "Container" });

export const failedUnit = z
  .object({
    unit: z.string().meta({ description: "as systemd writes it, escaped" }),
    name: z.string().meta({ description: "as people read it" }),
    description: z.string(),
    result: z.string().nullable().meta({ description: "such as exit-code, timeout, oom-kill" }),
    since: timeOrNull,
  })
  .meta({ id: "FailedUnit" });
