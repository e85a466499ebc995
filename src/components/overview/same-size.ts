/** Whether readings of two times can be compared: not where the data moved to another machine, or a virtual machine grew. Pure. */
import type { Labels } from "~/domain/sample";

export type Read = (metric: string, labels?: Labels) => number | null;

/** What a machine has. */
export const SIZES = ["system.memory.limit", "system.cpu.logical.count"] as const;
/** The memory of one machine differs by less from kernel to kernel. */
const TOLERANCE = 0.02;

/** A size that was not recorded differs from none. */
export function hasSameSize(before: Read, now: Read): boolean {
  return SIZES.every((metric) => {
    const [then, is] = [before(metric), now(metric)];
    return then === null || (is !== null && Math.abs(is - then) <= TOLERANCE * then);
  });
}
