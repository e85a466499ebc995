/** Something that happened at a moment and is drawn as a line on every chart. */
export const MARK_KINDS = ["note", "boot", "start", "configuration"] as const;
export type MarkKind = (typeof MARK_KINDS)[number];

export interface Mark {
  id: string;
  /** Epoch milliseconds. */
  at: number;
  /** A person's note, or what marked itself. */
  kind: MarkKind;
  text: string;
}

/** A mark as the API, the stream and the pages have it. */
export function markAnswer({ id, at, kind, text }: Mark) {
  return { id, timestamp: new Date(at).toISOString(), kind, text };
}

/** Boot times that are so close are the same boot: the kernel derives its own from a clock that is set. */
const SAME_BOOT_MS = 10_000;

/** What a start has to mark: the boot of the machine, when the last start was before it, and itself. */
export function startMarks(start: {
  startedAt: number;
  version: string;
  bootTime: number;
  previousBootTime: number | null;
}): Omit<Mark, "id">[] {
  const { startedAt, version, bootTime, previousBootTime } = start;
  const own: Omit<Mark, "id"> = { at: startedAt, kind: "start", text: `Hostscope ${version} started` };
  if (previousBootTime !== null && Math.abs(bootTime - previousBootTime) <= SAME_BOOT_MS) return [own];
  return [{ at: bootTime, kind: "boot", text: "the machine booted" }, own];
}
