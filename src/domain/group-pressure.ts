/** How long the tasks of a container or systemd unit had to wait. */

/** `irq` is counted for the machine as a whole only. */
export const GROUP_PRESSURE_RESOURCES = ["cpu", "memory", "io"] as const;
export type GroupPressureResource = (typeof GROUP_PRESSURE_RESOURCES)[number];

export interface GroupPressure {
  /** As processes name theirs: `docker 3f2a91c07d44`, `nginx.service`. */
  group: string;
  resource: GroupPressureResource;
  /** Part of the last minute in which some task waited, 0..1. */
  waiting: number;
}
