import { randomBytes } from "node:crypto";

let sequence = randomBytes(4).readUInt32BE();

/** Ids sort by time. The second part counts up from a random start: a storm creates ten thousand ids in one millisecond. */
export function newId(now: number): string {
  sequence = (sequence + 1) >>> 0;
  return `${now.toString(36)}-${sequence.toString(16).padStart(8, "0")}`;
}
