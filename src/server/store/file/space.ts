/** Free space on the data folder's disk. Below a floor nothing is written, so that other programs on the disk still can. */
import { statfsSync } from "node:fs";

/** The floor: 100 MB, or a twentieth of a small disk. */
const FLOOR_BYTES = 100_000_000;
const FLOOR_SHARE = 0.05;
/** Writing resumes at this many times the floor, so that it does not flap. */
const RESUME_ABOVE = 1.25;
/** Below this many times the floor, the space is checked more often. */
const SCARCE_BELOW = 10;
/** Deletions take that much for their write-ahead log before they give anything back. */
const ROOM_TO_DELETE = 10_000_000;

export interface DiskSpace {
  freeBytes: number;
  floorBytes: number;
  /** False below the floor, and until there is RESUME_ABOVE times the floor again. */
  writable: boolean;
}

/** `was` is the previous `writable`. */
export function spaceOf({ totalBytes, freeBytes }: { totalBytes: number; freeBytes: number }, was: boolean): DiskSpace {
  const floorBytes = Math.min(FLOOR_BYTES, totalBytes * FLOOR_SHARE);
  return { freeBytes, floorBytes, writable: freeBytes >= (was ? floorBytes : floorBytes * RESUME_ABOVE) };
}

export function isScarce({ freeBytes, floorBytes }: DiskSpace): boolean {
  return freeBytes < SCARCE_BELOW * floorBytes;
}

/** Whether old history may be deleted below the floor, where nothing else is written. */
export function mayDelete({ freeBytes }: DiskSpace): boolean {
  return freeBytes > ROOM_TO_DELETE;
}

/** Treats a disk that does not report its size (some network and overlay file systems) as having enough space. */
export function readSpace(folder: string, was = true): DiskSpace {
  const { bsize, blocks, bavail } = statfsSync(folder);
  if (blocks === 0) return { freeBytes: Number.POSITIVE_INFINITY, floorBytes: 0, writable: true };
  return spaceOf({ totalBytes: bsize * blocks, freeBytes: bsize * bavail }, was);
}
