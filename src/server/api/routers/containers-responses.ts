/** Response schemas of containers.ts. The OpenAPI document is generated from them. */
import { z } from "zod";
import { CONTAINER_STATES } from "~/domain/container";
import { numberOrNull, timeOrNull } from "../response-fields";

const usage = z
  .object({
    cpu: numberOrNull.meta({ description: "cores in use" }),
    cpuLimit: numberOrNull.meta({ description: "cores that it may use" }),
    cpuUtilization: numberOrNull.meta({ description: "share of its quota" }),
    throttled: numberOrNull.meta({ description: "seconds per second in which its quota was used up" }),
    memoryBytes: numberOrNull,
    memoryLimit: numberOrNull,
    memoryUtilization: numberOrNull,
    readBytesPerSecond: numberOrNull,
    writeBytesPerSecond: numberOrNull,
    receiveBytesPerSecond: numberOrNull,
    transmitBytesPerSecond: numberOrNull,
    networkSharedBy: numberOrNull.meta({ description: "containers that share its network, as in a pod" }),
    tasks: numberOrNull,
  })
  .meta({ id: "ContainerUsage" });

export const container = z
  .object({
    id: z.string().meta({ description: "the first twelve digits, or the name where the runtime has no ids" }),
    name: z.string(),
    image: z.string().nullable(),
    project: z.string().nullable().meta({ description: "of Docker Compose" }),
    pod: z.string().nullable().meta({ description: "namespace/pod of Kubernetes" }),
    health: z.enum(["healthy", "unhealthy", "starting"]).nullable(),
    runtime: z.string().nullable(),
    group: z.string().nullable().meta({ description: "of its processes" }),
    state: z.enum(CONTAINER_STATES).nullable().meta({ description: "null for a past container" }),
    exitCode: numberOrNull,
    restarts: numberOrNull.meta({ description: "how often the engine or the kubelet has started it again" }),
    usage: usage.nullable(),
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
