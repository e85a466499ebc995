/** Which job the reader thread works on next. Pure. */

export interface OrderedJob {
  /** Expected time in ms. */
  cost: number;
}

/** A shorter job runs to its end in one go. */
const SHORT_MS = 50;

/**
 * Cheap jobs first. One long job at a time is under way, the cheapest of those that waited when it was begun; it gets one slice between
 * two short ones, so that neither kind waits for the end of the other.
 */
export class JobOrder<Job extends OrderedJob> {
  private readonly short = new Set<Job>();
  private readonly long = new Set<Job>();
  private begun: Job | undefined;
  private longIsNext = false;

  get size(): number {
    return this.short.size + this.long.size;
  }

  add(job: Job): void {
    (job.cost <= SHORT_MS ? this.short : this.long).add(job);
  }

  /** The job has ended, or nobody waits for it any more. */
  remove(job: Job): void {
    this.short.delete(job);
    this.long.delete(job);
    if (this.begun === job) this.begun = undefined;
  }

  isShort(job: Job): boolean {
    return this.short.has(job);
  }

  /** The job whose next slice is to run. */
  next(): Job | undefined {
    const short = cheapest(this.short);
    this.begun ??= cheapest(this.long);
    const takesLong = this.begun !== undefined && (short === undefined || this.longIsNext);
    this.longIsNext = !takesLong;
    return takesLong ? this.begun : short;
  }
}

/** The first of the cheapest. */
function cheapest<Job extends OrderedJob>(jobs: Iterable<Job>): Job | undefined {
  let found: Job | undefined;
  for (const job of jobs) if (found === undefined || job.cost < found.cost) found = job;
  return found;
}
