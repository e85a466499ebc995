/** Records of /dev/kmsg (Documentation/ABI/testing/dev-kmsg in the kernel). */

export interface KernelRecord {
  /** Counts records since the boot. */
  sequence: number;
  /** On the kernel's log clock, which stands still while the machine sleeps. */
  secondsSinceBoot: number;
  message: string;
}

const HEAD = /^(\d+),(\d+),(\d+),[^;]*;/;

/**
 * Parses one record, such as `6,339,5140900,-;NET: Registered\n SUBSYSTEM=net\n`. Null for what a program wrote into the log: anybody who
 * may write there could invent an error.
 */
export function parseKernelRecord(text: string): KernelRecord | null {
  const [head, priority, sequence, microseconds] = HEAD.exec(text) ?? [];
  if (head === undefined || Number(priority) >> 3 !== 0) return null;
  const [line = ""] = text.slice(head.length).split("\n", 1);
  return { sequence: Number(sequence), secondsSinceBoot: Number(microseconds) / 1e6, message: unescaped(line) };
}

const utf8 = new TextDecoder("utf-8");

/** The kernel writes bytes that are no printable ASCII as `\xff`. Control characters go. */
function unescaped(line: string): string {
  const text = line.replace(/(?:\\x[0-9a-f]{2})+/g, (escaped) =>
    utf8.decode(Uint8Array.from(escaped.match(/[0-9a-f]{2}/g) ?? [], (hex) => Number.parseInt(hex, 16))),
  );
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, " ");
}
