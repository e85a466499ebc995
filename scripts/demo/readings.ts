/** What the kernel of the demo's machine says at each tick: counters and gauges, made of what the machine did. */
import type { Sample } from "~/domain/sample";
import { CORES, MODES } from "./cpu-time";
import { GroupReadings } from "./group-readings";
import type { Machine, MachineTick } from "./machine";
import { BUFFERS_BYTES, MEMORY_BYTES, SHARED_BYTES, SLAB, SWAP_BYTES } from "./memory";
import { NetworkReadings } from "./network-readings";
import { noise, requestRate } from "./noise";
import { ReadingList } from "./reading-list";

const LOAD_MINUTES = [1, 5, 15] as const;
const COLLECTORS = ["cgroups", "connections", "cpu", "disk", "filesystem", "kernel", "load", "memory", "network", "pressure"];
const OTHER_COLLECTORS = ["processes", "protocols", "self", "sensors", "users"];
const STATES = ["running", "sleeping", "uninterruptible", "stopped", "defunct", "idle"] as const;
/** Below this share of available memory, programs wait for it. */
const TIGHT = 0.05;

export class MachineReadings {
  private readonly readings = new ReadingList();
  private readonly groups = new GroupReadings();
  private readonly network = new NetworkReadings();
  private readonly load = LOAD_MINUTES.map(() => 0.9);
  private readonly stalled = { cpu: 4100, ioSome: 2300, ioFull: 1700, memorySome: 12, memoryFull: 8 };
  private readonly counted = {
    created: 912_000,
    switches: 6.1e9,
    interrupts: 2.9e9,
    minor: 4.4e9,
    major: 81_000,
    out: 5200,
    kills: 0,
    waited: 5300,
  };
  private temperature = 46;
  private ownSeconds = 3600;

  constructor(private readonly machine: Machine) {}

  sample(tick: MachineTick, at: number): Sample {
    this.advance(tick);
    this.addCpu(tick);
    this.addMemory(tick);
    this.addPressure();
    this.addDisks();
    this.addProcesses(tick);
    this.network.add(this.readings, tick);
    this.groups.add(this.readings, tick);
    this.addOwn(tick);
    return this.readings.sample(at);
  }

  private advance({
    steady,
    seconds,
    uses,
    wantedCores,
    granted,
    busy,
    memory,
    blocked,
    forks,
    killed,
    iowaitCores,
  }: MachineTick): void {
    const active = wantedCores + blocked + 0.08 * (1 + noise(steady, 10, 400));
    for (const [index, minutes] of LOAD_MINUTES.entries()) {
      const part = 1 - Math.exp(-seconds / (60 * minutes));
      this.load[index] = (this.load[index] as number) + part * (active - (this.load[index] as number));
    }
    const { stalled, counted } = this;
    const { disks } = this.machine;
    const waitsForCpu = granted < 1 ? 0.94 - 0.4 * granted + 0.02 * noise(steady, 10, 401) : 0.22 * busy ** 2;
    stalled.cpu += Math.min(0.99, waitsForCpu) * seconds;
    stalled.ioSome += Math.min(0.99, disks.stalled) * seconds;
    stalled.ioFull += Math.min(0.99, disks.stalled) * (1 - busy) * 0.6 * seconds;
    const available = (MEMORY_BYTES - memory.used) / MEMORY_BYTES;
    const tight =
      memory.swapped > 0 ? Math.min(0.62, 0.12 + 0.5 * (memory.swapped / SWAP_BYTES)) : Math.max(0, (TIGHT - available) * 2);
    stalled.memorySome += tight * seconds;
    stalled.memoryFull += 0.55 * tight * seconds;
    const programCores = uses.reduce((sum, { ticks }) => sum + ticks, 0) / (100 * seconds);
    counted.created += forks * seconds;
    counted.switches += Math.round((1900 + 3400 * programCores + 7 * forks) * seconds);
    counted.interrupts += Math.round((1200 + 18 * requestRate(steady)) * seconds);
    counted.minor += Math.round((800 + 2600 * programCores + 190 * forks) * seconds);
    counted.major += (0.2 + 60 * tight) * seconds;
    counted.out += Math.round(memory.pagesOut);
    counted.kills += killed ? 1 : 0;
    counted.waited += (granted < 1 ? wantedCores * (1 - granted) + 1.1 : 0.12 * programCores) * seconds;
    this.temperature += (1 - Math.exp(-seconds / 90)) * (41 + 33 * busy + 2 * iowaitCores - this.temperature);
    this.ownSeconds += (uses.find(({ program }) => program.group === "hostscope.service")?.ticks ?? 0) / 100;
  }

  private addCpu({ steady, wantedCores, granted, blocked }: MachineTick): void {
    const { readings, counted } = this;
    readings.add("system.cpu.logical.count", CORES);
    for (const [index, minutes] of LOAD_MINUTES.entries())
      readings.add(`system.cpu.load_average.${minutes}m`, Math.round((this.load[index] as number) * 100) / 100);
    for (const [core, times] of this.machine.cpu.cores.entries()) {
      for (const mode of MODES)
        readings.add("system.cpu.time", times[mode] / 100, { "cpu.mode": mode, "cpu.logical_number": String(core) });
    }
    readings.add("system.cpu.context_switches", counted.switches);
    readings.add("system.cpu.interrupts", counted.interrupts);
    readings.add("system.cpu.run_queue.wait_time", Math.round(counted.waited * 100) / 100);
    readings.add(
      "system.process.runnable",
      Math.max(1, Math.round(wantedCores * (granted < 1 ? 1.6 : 1) + 0.5 * noise(steady, 5, 402))),
    );
    readings.add("system.process.blocked", blocked);
    readings.add("hw.temperature", Math.round(this.temperature), {
      "hw.id": "coretemp/temp1",
      "hw.name": "Package id 0",
      "hw.parent": "coretemp",
    });
  }

  private addMemory({ memory }: MachineTick): void {
    const { readings, counted } = this;
    const state = (name: string) => ({ "system.memory.state": name });
    readings.add("system.memory.limit", MEMORY_BYTES);
    readings.add("system.memory.usage", memory.free, state("free"));
    readings.add("system.memory.usage", BUFFERS_BYTES, state("buffers"));
    readings.add("system.memory.usage", memory.cache + SHARED_BYTES, state("cached"));
    readings.add("system.memory.linux.available", MEMORY_BYTES - memory.used);
    readings.add("system.memory.linux.shared", SHARED_BYTES);
    for (const [name, bytes] of Object.entries(SLAB))
      readings.add("system.memory.linux.slab.usage", bytes, { "system.memory.linux.slab.state": name });
    readings.add("system.paging.limit", SWAP_BYTES);
    readings.add("system.paging.usage", SWAP_BYTES - memory.swapped, { "system.paging.state": "free" });
    readings.add("system.paging.faults", counted.minor, { "system.paging.type": "minor" });
    readings.add("system.paging.faults", Math.floor(counted.major), { "system.paging.type": "major" });
    readings.add("system.paging.operations", 900, { "system.paging.direction": "in" });
    readings.add("system.paging.operations", counted.out, { "system.paging.direction": "out" });
    readings.add("system.memory.linux.oom_kill.count", counted.kills);
  }

  private addPressure(): void {
    const { cpu, ioSome, ioFull, memorySome, memoryFull } = this.stalled;
    const add = (name: string, value: number) =>
      this.readings.add(`system.linux.pressure.${name}`, Math.round(value * 1e3) / 1e3);
    add("cpu.some", cpu);
    add("cpu.full", 0);
    add("io.some", ioSome);
    add("io.full", ioFull);
    add("memory.some", memorySome);
    add("memory.full", memoryFull);
  }

  private addDisks(): void {
    const { readings, machine } = this;
    for (const disk of machine.disks.all) {
      const device = { "system.device": disk.device };
      for (const direction of ["read", "write"] as const) {
        const labels = { ...device, "disk.io.direction": direction };
        readings.add("system.disk.io", disk.bytes[direction], labels);
        readings.add("system.disk.operations", disk.operations[direction], labels);
        readings.add("system.disk.operation_time", Math.round(disk.operationTime[direction] * 1000) / 1000, labels);
      }
      readings.add("system.disk.io_time", Math.round(disk.ioTime * 1000) / 1000, device);
      readings.add("system.disk.weighted_io_time", Math.round(disk.weightedTime * 1000) / 1000, device);
      readings.add("system.disk.in_total", 1, device);
      readings.add("system.disk.limit", disk.sizeBytes, device);
    }
    for (const { mountpoint, device, sizeBytes, usedBytes } of machine.mounts) {
      const state = (name: string) => ({
        "system.device": `/dev/${device}1`,
        "system.filesystem.mountpoint": mountpoint,
        "system.filesystem.type": "ext4",
        "system.filesystem.mode": "rw",
        "system.filesystem.state": name,
      });
      // In blocks, as statfs counts.
      const used = Math.floor(usedBytes / 4096) * 4096;
      readings.add("system.filesystem.usage", used, state("used"));
      readings.add("system.filesystem.usage", sizeBytes - used, state("free"));
      readings.add("system.filesystem.usage", Math.round(sizeBytes / 19 / 4096) * 4096, state("reserved"));
      readings.add("system.filesystem.inodes.usage", mountpoint === "/" ? 214_816 : 1911, state("used"));
      readings.add("system.filesystem.inodes.usage", mountpoint === "/" ? 3_404_512 : 7_862_409, state("free"));
    }
  }

  private addProcesses({ second, uses }: MachineTick): void {
    const { readings } = this;
    readings.add("system.process.created", Math.floor(this.counted.created));
    for (const state of STATES)
      readings.add("system.process.count", uses.filter((one) => one.state === state).length, { "process.state": state });
    readings.add(
      "system.thread.count",
      uses.reduce((sum, { program }) => sum + program.threads, 0),
    );
    readings.add(
      "system.file_descriptor.count",
      1100 + uses.reduce((sum, { program, demand }) => sum + program.openFiles + demand.connections, 0),
    );
    readings.add("system.uptime", 12 * 86_400 + second);
    readings.add("system.user.session.count", uses.filter(({ program }) => program.name === "sshd-session").length);
  }

  private addOwn({ second, steady, seconds, uses }: MachineTick): void {
    const { readings } = this;
    for (const collector of [...COLLECTORS, ...OTHER_COLLECTORS])
      readings.add("hostscope.collector.success", 1, { "hostscope.collector": collector });
    readings.add("hostscope.cpu.time", Math.round(this.ownSeconds * 100) / 100);
    readings.add("hostscope.memory.usage", uses.find(({ program }) => program.group === "hostscope.service")?.residentBytes ?? 0);
    readings.add("hostscope.process.detail", 1);
    readings.add("hostscope.sample.interval", second === 0 ? Number.NaN : seconds);
    readings.add("hostscope.sample.duration", Math.round((3.4 + 0.6 * noise(steady, 30, 410)) * 10) / 1e4);
    readings.add("hostscope.sample.missed", 0);
    readings.add("hostscope.collection.share", Math.round((0.009 + 0.001 * noise(steady, 120, 411)) * 1e4) / 1e4);
    readings.add("hostscope.store.backlog", 0);
    readings.add("hostscope.clock.step", 0);
  }
}
