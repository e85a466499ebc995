/** Anonymous memory of a process. What a fork shares with its parent until one of them writes to it counts as resident in both. */
export interface OwnMemory {
  /** Each shared page divided by the processes that share it. */
  proportionalBytes: number;
  /** Without any shared page. */
  unsharedBytes: number;
}
