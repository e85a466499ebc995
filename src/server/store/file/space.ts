/** Room on the data folder's disk: below a floor nothing is written, so that others on this disk still can. */
import { statfsSync } from "node:fs";

/** Never more than this is kept free, nor more than a twentieth of a small disk. */
const FLOOR_BYTES = 100_000_000;
const FLOOR_SHARE = 0.05;
/** Writing begins again with a little more room, so that it does not flutter. */
const RESUME_ABOVE = 1.25;
/** With less than so many times the floor it is looked at more often. */
const SCARCE_BELOW = 10;

export interface DiskSpace {
  freeBytes: number;
  floorBytes: number;
  /** False while there is less than the floor. */
  writable: boolean;
}

/** `was` is how it stood before. */
export function spaceOf({ totalBytes, freeBytes }: { totalBytes: number; freeBytes: number }, was: boolean): DiskSpace {
  const floorBytes = Math.min(FLOOR_BYTES, totalBytes * FLOOR_SHARE);
  return { freeBytes, floorBytes, writable: freeBytes >= (was ? floorBytes : floorBytes * RESUME_ABOVE) };
}

export function isScarce({ freeBytes, floorBytes }: DiskSpace): boolean {
  return freeBytes < SCARCE_BELOW * floorBytes;
}

/** A disk that does not say how much room it has (some network and overlay ones) is taken to have enough. */
export function readSpace(folder: string, was = true): DiskSpace {
  const { bsize, blocks, bavail } = statfsSync(folder);
  if (blocks === 0) return { freeBytes: Number.POSITIVE_INFINITY, floorBytes: 0, writable: true };
  return spaceOf({ totalBytes: bsize * blocks, freeBytes: bsize * bavail }, was);
}
