export const KERNEL_EVENT_KINDS = [
  "oom_kill",
  "disk_error",
  "filesystem_error",
  "machine_check",
  "hung_task",
  "segfault",
] as const;
export type KernelEventKind = (typeof KERNEL_EVENT_KINDS)[number];

/** What the kernel's log says has happened. */
export interface KernelEvent {
  kind: KernelEventKind;
  /** In a line, for a mark: `node (pid 4711, 2.1 GiB) was killed: out of memory`. */
  text: string;
  /** The disk or filesystem's device; null for other kinds. */
  device: string | null;
}

const WORDS: Record<KernelEventKind, readonly [one: string, more: string]> = {
  oom_kill: ["OOM kill", "OOM kills"],
  disk_error: ["disk error", "disk errors"],
  filesystem_error: ["filesystem error", "filesystem errors"],
  machine_check: ["hardware error", "hardware errors"],
  hung_task: ["hung task", "hung tasks"],
  segfault: ["crash", "crashes"],
};

/** `the kernel's log also has 40 more disk errors, 1 more crash`: those without a mark of their own. */
export function describeRest(counts: ReadonlyMap<KernelEventKind, number>): string {
  const parts = [...counts].map(([kind, count]) => `${count} more ${WORDS[kind][count === 1 ? 0 : 1]}`);
  return `the kernel log also has ${parts.join(", ")}`;
}
