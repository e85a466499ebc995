/** Containers and services of the demo's machine: the sums of their processes. */
import type { MachineTick, ProgramUse } from "./machine";
import type { ReadingList } from "./reading-list";
import { CACHE, MIB, SHOP } from "./residents";

const CONTAINERS = [
  { id: SHOP.id, memoryLimit: 1024 * MIB },
  { id: CACHE.id, memoryLimit: 256 * MIB },
];
const UNITS = ["docker.service", "hostscope.service", "nginx.service", "postgresql.service", "shop-worker.service"];

interface Counted {
  cpuSeconds: number;
  readBytes: number;
  writtenBytes: number;
}

export class GroupReadings {
  private readonly counted = new Map<string, Counted>();

  add(readings: ReadingList, { uses, seconds }: MachineTick): void {
    const members = Map.groupBy(uses, ({ program }) => program.group ?? "");
    readings.add("container.count", CONTAINERS.length);
    for (const { id, memoryLimit } of CONTAINERS) {
      const labels = { "container.id": id, "container.runtime": "docker" };
      this.addGroup(readings, { prefix: "container", labels, uses: members.get(`docker ${id}`) ?? [], seconds });
      readings.add("container.memory.limit", memoryLimit, labels);
      readings.add("container.memory.oom_kill.count", 0, labels);
    }
    readings.add("systemd.service.count", UNITS.length);
    for (const unit of UNITS) {
      const labels = { "systemd.unit": unit };
      this.addGroup(readings, { prefix: "systemd.service", labels, uses: members.get(unit) ?? [], seconds });
    }
    readings.add("systemd.unit.failed", 0);
  }

  private addGroup(
    readings: ReadingList,
    { prefix, labels, uses, seconds }: { prefix: string; labels: Record<string, string>; uses: ProgramUse[]; seconds: number },
  ): void {
    const key = JSON.stringify(labels);
    const counted = this.counted.get(key) ?? { cpuSeconds: 0, readBytes: 0, writtenBytes: 0 };
    this.counted.set(key, counted);
    for (const one of uses) {
      counted.cpuSeconds += one.ticks / 100;
      counted.readBytes += one.readBytes * seconds;
      counted.writtenBytes += one.writtenBytes * seconds;
    }
    const own = uses.reduce((sum, { residentBytes, program }) => sum + Math.max(0, residentBytes - program.sharedBytes), 0);
    // A file that several processes have mapped is charged once.
    const shared = Math.max(0, ...uses.map(({ program }) => program.sharedBytes));
    readings.add(`${prefix}.cpu.time`, Math.round(counted.cpuSeconds * 100) / 100, labels);
    readings.add(`${prefix}.memory.usage`, own + shared, labels);
    readings.add(`${prefix}.memory.working_set`, own + Math.round(shared / 2 / 4096) * 4096, labels);
    readings.add(
      `${prefix}.task.count`,
      uses.reduce((sum, { program }) => sum + program.threads, 0),
      labels,
    );
    readings.add(`${prefix}.disk.io`, counted.readBytes, { ...labels, "disk.io.direction": "read" });
    readings.add(`${prefix}.disk.io`, counted.writtenBytes, { ...labels, "disk.io.direction": "write" });
  }
}
