/** Kinds of events that have a sign above the charts. */
export const MARK_KINDS = ["note", "boot", "start", "configuration", "kernel", "clock"] as const;
export type MarkKind = (typeof MARK_KINDS)[number];

export interface Mark {
  id: string;
  /** Epoch milliseconds. */
  at: number;
  /** A user's note, or the origin of an automatic mark. */
  kind: MarkKind;
  text: string;
}

/** A mark as in the API, the stream and the pages. */
export function markAnswer({ id, at, kind, text }: Mark) {
  return { id, timestamp: new Date(at).toISOString(), kind, text };
}

/** Boot times this close are the same boot: the kernel computes btime from the wall clock, which may be set. */
const SAME_BOOT_MS = 10_000;

/**
 * Marks of a start: the start itself, and the boot of the machine if this is the first start since then. Samples that are newer than
 * the boot are of another machine, whose data this one took over: it did not boot in the middle of them.
 */
export function startMarks(start: {
  startedAt: number;
  version: string;
  bootTime: number;
  previousBootTime: number | null;
  /** Of the newest sample before the start. */
  newestAt: number | null;
}): Omit<Mark, "id">[] {
  const { startedAt, version, bootTime, previousBootTime, newestAt } = start;
  const own: Omit<Mark, "id"> = { at: startedAt, kind: "start", text: `Hostscope ${version} started` };
  const isSameBoot = previousBootTime !== null && Math.abs(bootTime - previousBootTime) <= SAME_BOOT_MS;
  if (isSameBoot || (newestAt !== null && newestAt > bootTime)) return [own];
  return [{ at: bootTime, kind: "boot", text: "Boot" }, own];
}
