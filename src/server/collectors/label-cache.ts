/**
 * Labels by name, so that each tick gets the same objects. Names come and go (interfaces of containers, mounts, disks): the ones that
 * were not asked for while a thousand others were are forgotten.
 */
const MOST = 1000;

export class LabelCache<Made> {
  private newer = new Map<string, Made>();
  private older = new Map<string, Made>();

  get(name: string, make: () => Made): Made {
    const known = this.newer.get(name);
    if (known !== undefined) return known;
    if (this.newer.size >= MOST) {
      this.older = this.newer;
      this.newer = new Map();
    }
    const made = this.older.get(name) ?? make();
    this.newer.set(name, made);
    return made;
  }

  get size(): number {
    return this.newer.size + this.older.size;
  }
}
