/** A file that a process has open for writing. */
export interface WrittenFile {
  pid: number;
  /** Ends in " (deleted)" when it has no name any more. */
  path: string;
  /** What it takes on its filesystem. */
  bytes: number;
  bytesPerSecond: number;
  /** Epoch milliseconds; 0 where the filesystem does not keep it. */
  bornAt: number;
}
