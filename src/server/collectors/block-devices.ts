/** What /sys/block says of block devices: which are whole, and which only pass on the bytes of others. */
import { namesIn, readNumber, readText } from "./procfs";

/** The kernel writes a slash in a device's name as `!` where the name is a folder's. */
const folderOf = (name: string) => name.replaceAll("/", "!");
const nameOf = (folder: string) => folder.replaceAll("!", "/");

/** Drivers whose devices lie over others, or in memory, and say nothing of it in `slaves`; and removable media. */
const OVER_OTHERS = /^(?:loop|ram|zram|dm-|md|drbd|bcache|zd|sr|fd)\d/;

/** Matches the usual names of partitions, for systems without /sys/block. */
const PARTITION = /^(?:[hsv]d[a-z]+\d+|xvd[a-z]+\d+|nvme\d+n\d+p\d+|mmcblk\d+p\d+)$/;

/** The head of a path device of NVMe multipath: `nvme0c1n2` leads to `nvme0n2`. */
export function multipathHead(name: string): string | null {
  const [, controller, namespace] = /^nvme(\d+)c\d+n(\d+)$/.exec(name) ?? [];
  return controller === undefined ? null : `nvme${controller}n${namespace}`;
}

interface Device {
  /** Its bytes are those of other devices. */
  isStacked: boolean;
}

const LOOK_EVERY_MS = 60_000;
/** With a name that /sys/block did not have. */
const LOOK_FOR_UNKNOWN_EVERY_MS = 10_000;

/** Looks at /sys/block once a minute, and when a name is unknown. */
export class BlockDevices {
  private devices = new Map<string, Device>();
  private stackedByNumber = new Map<string, boolean>();
  private lookedAt = Number.NEGATIVE_INFINITY;
  private readonly unknown = new Set<string>();

  constructor(private readonly sys: string) {}

  /** False for a partition. A device that sysfs does not know yet is whole unless its name is a partition's. */
  isWhole(name: string, at: number): boolean {
    if (this.isKnown(name, at)) return true;
    if (this.devices.size === 0) return !PARTITION.test(name);
    for (let end = name.length; end > 0 && /\d/.test(name[end - 1] as string); end--) {
      const parent = name.slice(0, end - 1);
      if (this.devices.has(parent) || (parent.endsWith("p") && this.devices.has(parent.slice(0, -1)))) return false;
    }
    return true;
  }

  isStacked(name: string, at: number): boolean {
    return this.isKnown(name, at) ? (this.devices.get(name)?.isStacked ?? false) : OVER_OTHERS.test(name);
  }

  /** By its number, such as `253:0`. */
  isStackedNumber(number: string, at: number): boolean {
    this.refresh(at);
    return this.stackedByNumber.get(number) ?? false;
  }

  sizePath(name: string): string {
    return `${this.sys}/block/${folderOf(name)}/size`;
  }

  /** Devices can become part of others, so all are looked at again. */
  refresh(at: number): void {
    if (Math.abs(at - this.lookedAt) >= LOOK_EVERY_MS) this.look(at);
  }

  private isKnown(name: string, at: number): boolean {
    if (this.devices.has(name)) return true;
    if (this.unknown.has(name) && Math.abs(at - this.lookedAt) < LOOK_FOR_UNKNOWN_EVERY_MS) return false;
    this.look(at);
    if (this.devices.has(name)) return true;
    this.unknown.add(name);
    return false;
  }

  private look(at: number): void {
    this.lookedAt = at;
    this.unknown.clear();
    this.stackedByNumber = new Map();
    this.devices = new Map(
      namesIn(`${this.sys}/block`).map((folder) => {
        const path = `${this.sys}/block/${folder}`;
        const name = nameOf(folder);
        const isStacked = OVER_OTHERS.test(name) || readNumber(`${path}/hidden`) === 1 || namesIn(`${path}/slaves`).length > 0;
        const number = readText(`${path}/dev`);
        if (number !== null) this.stackedByNumber.set(number, isStacked);
        return [name, { isStacked }];
      }),
    );
  }
}
