/**
 * Derives what charts draw from what the kernel reports: rates, utilizations and totals of two consecutive samples. The live
 * stream, rules, rollups and history all use this module.
 */
import { type CpuShare, deriveGroups, withinQuota } from "./derive-groups";
import { counterIncrease, cpuTimeIncrease, type DerivationBuilder, type SeriesFormula } from "./derive-step";
import { builtInDefinition, chartUnitOf, type DefinitionOf } from "./metric";
import { alignTo, type Labels, type Sample, type Series, seriesKey } from "./sample";

export interface ChartSeries extends Series {
  unit: string;
  /** Slot of the reading that this series is the value or the rate of; absent for derived series. */
  slot?: number;
}

/** A series as the live stream names it. */
export type LiveSeries = Omit<ChartSeries, "slot">;

export interface DerivationPlan {
  series: readonly ChartSeries[];
  steps: readonly SeriesFormula[];
}

/** The result of two samples: `values[i]` belongs to `series[i]`. */
export interface Frame {
  at: number;
  series: readonly ChartSeries[];
  values: Float64Array;
}

const VIRTUAL_INTERFACE = /^(lo|ifb|veth|docker|br-|virbr|vnet|tap|tun|wg|cni|flannel|cali|dummy|bond|team)|[.@]/;
const VIRTUAL_DISK = /^(loop|ram|zram|dm-|md|sr|fd)/;

/** By its name. Bridges, tunnels, VLANs and bonds carry bytes that a physical interface counts too. */
export function isVirtualInterface(name: string): boolean {
  return VIRTUAL_INTERFACE.test(name);
}

function isVirtualDisk(name: string): boolean {
  return VIRTUAL_DISK.test(name);
}

/** Compiles a layout into one step per charted series. Done once per layout, run once per tick. */
function planDerivation(layout: readonly Series[], definitionOf: DefinitionOf): DerivationPlan {
  const series: ChartSeries[] = [];
  const steps: SeriesFormula[] = [];
  const slotsOf = new Map<string, number[]>();

  const add = (metric: string, labels: Labels, step: SeriesFormula, slot?: number) => {
    const unit = chartUnitOf(metric, definitionOf);
    series.push(slot === undefined ? { metric, labels, unit } : { metric, labels, unit, slot });
    steps.push(step);
  };

  layout.forEach(({ metric, labels }, slot) => {
    const slots = slotsOf.get(metric);
    if (slots) slots.push(slot);
    else slotsOf.set(metric, [slot]);
    if (definitionOf(metric)?.kind === "counter") {
      const increase = metric === "system.cpu.time" ? cpuTimeIncrease : counterIncrease;
      add(metric, labels, (previous, next, seconds) => increase(previous, next, slot) / seconds, slot);
    } else {
      add(metric, labels, (_previous, next) => next[slot] as number, slot);
    }
  });

  const slots = (metric: string) => slotsOf.get(metric) ?? [];
  const label = (slot: number, name: string) => layout[slot]?.labels[name] ?? "";
  const byKey = new Map(layout.map((one, slot) => [seriesKey(one), slot]));
  const find = (metric: string, labels: Labels = {}) => byKey.get(seriesKey({ metric, labels }));

  const shares = cpuShares({ label, slots });
  for (const { labels, share } of withinQuota(find, shares) ?? shares) add("system.cpu.utilization", labels, share);
  deriveMemory({ add, find });
  deriveDisks({ add, label, slots, find });
  deriveFilesystems({ add, layout, label, slots, find });
  deriveNetwork({ add, label, slots, find });
  for (const prefix of ["container", "systemd.service"]) deriveGroups(prefix, { add, layout, slots, find });
  return { series, steps };
}

/** Shares of the total CPU time of all cores. A core whose counters were reset is skipped for that interval. */
function cpuShares({ label, slots }: Pick<DerivationBuilder, "label" | "slots">): CpuShare[] {
  const cores = new Map<string, { mode: string; slot: number }[]>();
  for (const slot of slots("system.cpu.time")) {
    const core = label(slot, "cpu.logical_number");
    const modes = cores.get(core) ?? [];
    modes.push({ mode: label(slot, "cpu.mode"), slot });
    cores.set(core, modes);
  }
  const all = [...cores.values()];

  const share = (which: readonly (typeof all)[number][], wanted: (mode: string) => boolean): SeriesFormula => {
    return (previous, next) => {
      let part = 0;
      let total = 0;
      for (const modes of which) {
        let corePart = 0;
        let coreTotal = 0;
        for (const { mode, slot } of modes) {
          const delta = cpuTimeIncrease(previous, next, slot);
          coreTotal += delta;
          if (wanted(mode)) corePart += delta;
        }
        if (Number.isNaN(coreTotal)) continue;
        part += corePart;
        total += coreTotal;
      }
      return total > 0 ? part / total : Number.NaN;
    };
  };
  const busy = (mode: string) => mode !== "idle" && mode !== "iowait";
  return [
    ...(all.length > 0 ? [{ labels: {}, share: share(all, busy) }] : []),
    ...(all[0] ?? []).map(({ mode }) => ({ labels: { "cpu.mode": mode }, share: share(all, (one) => one === mode) })),
    ...[...cores].map(([core, modes]) => ({ labels: { "cpu.logical_number": core }, share: share([modes], busy) })),
  ];
}

function deriveMemory({ add, find }: Pick<DerivationBuilder, "add" | "find">): void {
  const limit = find("system.memory.limit");
  const available = find("system.memory.linux.available");
  if (limit !== undefined && available !== undefined) {
    const used: SeriesFormula = (_previous, next) => (next[limit] as number) - (next[available] as number);
    add("system.memory.usage", { "system.memory.state": "used" }, used);
    add("system.memory.utilization", {}, (previous, next, seconds) => used(previous, next, seconds) / (next[limit] as number));
  }
  const swap = find("system.paging.limit");
  const free = find("system.paging.usage", { "system.paging.state": "free" });
  if (swap !== undefined && free !== undefined) {
    const used: SeriesFormula = (_previous, next) => (next[swap] as number) - (next[free] as number);
    add("system.paging.usage", { "system.paging.state": "used" }, used);
    // Without swap this is 0 / 0: NaN, "no value".
    add("system.paging.utilization", {}, (previous, next, seconds) => used(previous, next, seconds) / (next[swap] as number));
  }
}

function deriveDisks({ add, label, slots, find }: Pick<DerivationBuilder, "add" | "label" | "slots" | "find">): void {
  const isTold = slots("system.disk.in_total").length > 0;
  for (const direction of ["read", "write"]) {
    const wanted = { "disk.io.direction": direction };
    for (const metric of ["system.disk.io", "system.disk.operations"]) {
      const parts = slots(metric)
        .filter((slot) => label(slot, "disk.io.direction") === direction)
        .map((slot) => ({ slot, mark: find("system.disk.in_total", { "system.device": label(slot, "system.device") }) }))
        // History of the first edition has names only.
        .filter(({ slot, mark }) => (isTold ? mark !== undefined : !isVirtualDisk(label(slot, "system.device"))));
      addTotal(add, { metric, labels: wanted, parts });
    }
  }
  for (const busy of slots("system.disk.io_time")) {
    const device = { "system.device": label(busy, "system.device") };
    add("system.disk.utilization", device, (previous, next, seconds) =>
      Math.min(1, counterIncrease(previous, next, busy) / seconds),
    );
    const weighted = find("system.disk.weighted_io_time", device);
    if (weighted !== undefined) {
      add("system.disk.queue_length", device, (previous, next, seconds) => counterIncrease(previous, next, weighted) / seconds);
    }
    for (const direction of ["read", "write"]) {
      const labels = { ...device, "disk.io.direction": direction };
      const time = find("system.disk.operation_time", labels);
      const operations = find("system.disk.operations", labels);
      if (time === undefined || operations === undefined) continue;
      add("system.disk.await", labels, (previous, next) => {
        const count = counterIncrease(previous, next, operations);
        return count === 0 ? 0 : counterIncrease(previous, next, time) / count;
      });
    }
  }
}

function deriveFilesystems({ add, layout, label, slots, find }: DerivationBuilder): void {
  for (const [metric, free] of [
    ["system.filesystem", "free"],
    ["system.filesystem.inodes", "free"],
  ] as const) {
    const usage = `${metric}.usage`;
    for (const used of slots(usage)) {
      if (label(used, "system.filesystem.state") !== "used") continue;
      const { "system.filesystem.state": _state, ...labels } = layout[used]?.labels ?? {};
      const available = find(usage, { ...labels, "system.filesystem.state": free });
      if (available === undefined) continue;
      add(`${metric}.utilization`, labels, (_previous, next) => {
        const total = (next[used] as number) + (next[available] as number);
        return total > 0 ? (next[used] as number) / total : Number.NaN;
      });
      if (metric !== "system.filesystem") continue;
      const reserved = find(usage, { ...labels, "system.filesystem.state": "reserved" });
      if (reserved === undefined) continue;
      add(
        "system.filesystem.limit",
        labels,
        (_previous, next) => (next[used] as number) + (next[available] as number) + (next[reserved] as number),
      );
    }
  }
}

function deriveNetwork({ add, label, slots, find }: Pick<DerivationBuilder, "add" | "label" | "slots" | "find">): void {
  const named = (slot: number) => label(slot, "network.interface.name");
  const all = slots("system.network.io").map((slot) => ({
    slot,
    mark: find("system.network.in_total", { "network.interface.name": named(slot) }),
  }));
  const carriers = all.filter(({ slot }) => named(slot) !== "lo");
  const physical = carriers.filter(({ slot }) => !isVirtualInterface(named(slot)));
  // History of the first edition has names only.
  const byName = physical.length > 0 ? physical : carriers;
  const counted = slots("system.network.in_total").length > 0 ? all.filter(({ mark }) => mark !== undefined) : byName;
  for (const direction of ["receive", "transmit"]) {
    const labels = { "network.io.direction": direction };
    const parts = counted.filter(({ slot }) => label(slot, "network.io.direction") === direction);
    addTotal(add, { metric: "system.network.io", labels, parts });
  }
  for (const slot of slots("system.network.io")) {
    const name = label(slot, "network.interface.name");
    const limit = find("system.network.limit", { "network.interface.name": name });
    if (limit === undefined) continue;
    const labels = { "network.interface.name": name, "network.io.direction": label(slot, "network.io.direction") };
    add("system.network.utilization", labels, (previous, next, seconds) => {
      return (8 * counterIncrease(previous, next, slot)) / seconds / (next[limit] as number);
    });
  }
}

/** The rate of a sum. A part counts while its mark, if it has one, is above 0. A part that was reset counts as 0 for that interval, so that one device cannot blank the total. */
function addTotal(
  add: DerivationBuilder["add"],
  total: { metric: string; labels: Labels; parts: readonly { slot: number; mark: number | undefined }[] },
): void {
  const { metric, labels, parts } = total;
  if (parts.length === 0) return;
  add(metric, labels, (previous, next, seconds) => {
    let sum = 0;
    let seen = 0;
    for (const { slot, mark } of parts) {
      if (mark !== undefined && !((next[mark] as number) > 0)) continue;
      const delta = counterIncrease(previous, next, slot);
      if (Number.isNaN(delta)) continue;
      sum += delta;
      seen++;
    }
    return seen > 0 ? sum / seconds : Number.NaN;
  });
}

/** Samples in memory keep their layouts alive for an hour: if each tick had a new layout, a plan for each would fill the heap. */
const MAX_PLANS = 16;
const plansOf = new WeakMap<DefinitionOf, Map<readonly Series[], DerivationPlan>>();

/** The plan of a layout, compiled on first use. Without `definitionOf` only built-in metrics have units and rates. */
export function derivationOf(layout: readonly Series[], definitionOf = builtInDefinition): DerivationPlan {
  let plans = plansOf.get(definitionOf);
  if (!plans) {
    plans = new Map();
    plansOf.set(definitionOf, plans);
  }
  let plan = plans.get(layout);
  if (!plan) {
    plan = planDerivation(layout, definitionOf);
    const [oldest] = plans.keys();
    if (oldest && plans.size >= MAX_PLANS) plans.delete(oldest);
    plans.set(layout, plan);
  }
  return plan;
}

/** Slot of the monotonic interval in a layout, or -1. */
const intervalSlots = new WeakMap<readonly Series[], number>();

/** Monotonic seconds since the previous sample; NaN at the first one after a start. */
export function intervalOf({ series, values }: Sample): number {
  let slot = intervalSlots.get(series);
  if (slot === undefined) {
    slot = series.findIndex(({ metric }) => metric === "hostscope.sample.interval");
    intervalSlots.set(series, slot);
  }
  return values[slot] ?? Number.NaN;
}

/**
 * True when `next` was read right after `previous`: its monotonic interval roughly equals the difference of the timestamps. False
 * after a lost sample, a restart or a step of the clock; then there are no rates for that moment.
 */
function follows(previous: Sample, next: Sample): boolean {
  const seconds = intervalOf(next);
  return Math.abs((next.at - previous.at) / 1000 - seconds) < Math.max(0.5, seconds / 2);
}

/**
 * Inputs of the steps of a layout: previous values, current values and the seconds between them. Without a directly preceding
 * sample, only gauges get a value.
 */
export function stepInputs(previous: Sample | undefined, next: Sample): [Float64Array, Float64Array, number] {
  const before =
    previous && follows(previous, next) ? alignTo(next.series, previous) : new Float64Array(next.values.length).fill(Number.NaN);
  return [before, next.values, intervalOf(next)];
}

/** All series that can be drawn at `next.at`. */
export function deriveFrame(previous: Sample | undefined, next: Sample, definitionOf = builtInDefinition): Frame {
  const { series, steps } = derivationOf(next.series, definitionOf);
  const [before, now, seconds] = stepInputs(previous, next);
  const values = new Float64Array(steps.length);
  for (let slot = 0; slot < steps.length; slot++) {
    const value = (steps[slot] as SeriesFormula)(before, now, seconds);
    values[slot] = Number.isFinite(value) ? value : Number.NaN;
  }
  return { at: next.at, series, values };
}

/** Metrics that must be read to derive a metric, besides the metric itself. */
const INPUTS: Record<string, readonly string[]> = {
  "system.disk.io": ["system.disk.in_total"],
  "system.disk.operations": ["system.disk.in_total"],
  "system.network.io": ["system.network.in_total"],
  "system.cpu.utilization": ["system.cpu.time", "system.cpu.quota.time", "system.cpu.quota.limit"],
  "system.memory.usage": ["system.memory.limit", "system.memory.linux.available"],
  "system.memory.utilization": ["system.memory.limit", "system.memory.linux.available"],
  "system.paging.usage": ["system.paging.limit"],
  "system.paging.utilization": ["system.paging.usage", "system.paging.limit"],
  "system.disk.utilization": ["system.disk.io_time"],
  "system.disk.queue_length": ["system.disk.io_time", "system.disk.weighted_io_time"],
  "system.disk.await": ["system.disk.io_time", "system.disk.operation_time", "system.disk.operations"],
  "system.filesystem.limit": ["system.filesystem.usage"],
  "system.filesystem.utilization": ["system.filesystem.usage"],
  "system.filesystem.inodes.utilization": ["system.filesystem.inodes.usage"],
  "container.memory.utilization": ["container.memory.working_set", "container.memory.limit"],
  "container.memory.available": ["container.memory.working_set", "container.memory.limit"],
  "container.cpu.utilization": ["container.cpu.time", "container.cpu.limit"],
  "systemd.service.memory.utilization": ["systemd.service.memory.working_set", "systemd.service.memory.limit"],
  "systemd.service.memory.available": ["systemd.service.memory.working_set", "systemd.service.memory.limit"],
  "systemd.service.cpu.utilization": ["systemd.service.cpu.time", "systemd.service.cpu.limit"],
  "system.network.utilization": ["system.network.io", "system.network.limit"],
};

/** The collected metrics that a charted metric may need: itself and those that it is derived from. */
export function inputsOf(metric: string): readonly string[] {
  return [metric, ...(INPUTS[metric] ?? [])];
}
