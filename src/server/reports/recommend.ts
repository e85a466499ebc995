/** Recommendations, each with the measurements that support it. A rule returns its findings; a healthy machine has none. Pure. */
import { count, type FindingBlock, type Prose, quantity, safeName } from "~/domain/report";
import { fullAlready, runningOut } from "./capacity-findings";
import { bytes, cpuUsers, type Finding, type FindingRule, ioUsers, memoryUsers, percent, pressure } from "./finding-parts";
import { type Measured, measured, measuredBy, type ReportInputs, TOTAL_CPU } from "./inputs";
import { coverageOf } from "./quality";
import { totalOf } from "./statistics";

function cpuShort(inputs: ReportInputs): Finding[] {
  const busy = measured(inputs.current["system.cpu.utilization"], TOTAL_CPU)?.summary;
  const load = measured(inputs.current["system.cpu.load_average.1m"])?.summary;
  const waiting = pressure(inputs, "cpu");
  if (!busy) return [];
  const queued = load !== undefined && load.p50 > 1.5 * inputs.host.logicalCpus;
  const allTheTime = busy.p50 > 0.85 && (queued || (waiting !== null && waiting.mean > 0.3));
  // Work that comes in waves: little load between them, and more than the CPUs can handle during them.
  const crowded = load !== undefined && load.mean > 1.5 * inputs.host.logicalCpus;
  const inWaves = busy.p95 > 0.95 && crowded && waiting !== null && waiting.mean > 0.3;
  if (!allTheTime && !inWaves) return [];
  const evidence: Prose[] = [
    ["CPU busy ", percent(busy.p50), " half of the time, ", percent(busy.p95), " at the 95th percentile"],
  ];
  if (load)
    evidence.push(["load ", quantity(load.p50, "{thread}"), " half of the time on ", count(inputs.host.logicalCpus), " CPUs"]);
  if (waiting) evidence.push(["tasks waited for a CPU ", percent(waiting.mean), " of the time"]);
  return [
    {
      severity: busy.p50 > 0.95 ? "critical" : "warning",
      title: [
        allTheTime ? "The CPU is too small for the work: busy " : "The CPU is too small for the waves of work: busy ",
        percent(busy.mean),
        " on average",
      ],
      evidence: [...evidence, ...cpuUsers(inputs)],
      advice: "Move or limit the programs named here, spread their work over quieter hours, or give the machine more CPUs.",
    },
  ];
}

function stolen(inputs: ReportInputs): Finding[] {
  const steal = measured(inputs.current["system.cpu.utilization"], { "cpu.mode": "steal", "cpu.logical_number": null })?.summary;
  if (!steal || steal.mean < 0.05) return [];
  return [
    {
      severity: "warning",
      title: ["The hypervisor keeps ", percent(steal.mean), " of the CPU time from this machine"],
      evidence: [["stolen ", percent(steal.p95), " at the 95th percentile, ", percent(steal.max), " at most"]],
      advice: "Ask the provider for a less crowded host, or for CPUs of your own.",
    },
  ];
}

function swapping(inputs: ReportInputs): Finding[] {
  const operations = inputs.current["system.paging.operations"];
  const swapIn = measured(operations, { "system.paging.direction": "in" });
  const swapOut = measured(operations, { "system.paging.direction": "out" });
  const used = measured(inputs.current["system.paging.utilization"])?.summary;
  const waiting = pressure(inputs, "memory");
  if (!swapIn || !swapOut || swapIn.summary.p50 < 50 || swapOut.summary.p50 < 50) return [];
  const evidence: Prose[] = [
    [
      "pages swapped in ",
      quantity(swapIn.summary.p50, "{operation}/s"),
      " and out ",
      quantity(swapOut.summary.p50, "{operation}/s"),
      ", half of the time",
    ],
  ];
  if (used) evidence.push(["swap used ", percent(used.last), ", ", percent(used.max), " at most"]);
  if (waiting) evidence.push(["tasks waited for memory ", percent(waiting.mean), " of the time"]);
  return [
    {
      severity: (waiting?.mean ?? 0) > 0.1 ? "critical" : "warning",
      title: ["Memory is pushed out and fetched back again and again"],
      evidence: [...evidence, ...memoryUsers(inputs)],
      advice:
        "Give the machine more memory, or less to do at a time: lower the cache or worker settings of the programs named here.",
    },
  ];
}

function memoryShort(inputs: ReportInputs): Finding[] {
  const used = measured(inputs.current["system.memory.utilization"])?.summary;
  if (!used || used.p50 < 0.9) return [];
  return [
    {
      severity: used.p50 > 0.96 ? "critical" : "warning",
      title: ["Memory is nearly used up: ", percent(used.p50), " half of the time"],
      evidence: [["at most ", percent(used.max), " of ", bytes(inputs.host.memoryBytes)], ...memoryUsers(inputs)],
      advice: "Find out whether the programs named here need that much, or add memory before the kernel begins to end processes.",
    },
  ];
}

function leaking({ processes }: ReportInputs): Finding[] {
  return processes.leaks.slice(0, 3).map((leak) => ({
    severity: "warning" as const,
    title: [leak.name, " grows without coming to rest: ", bytes(leak.bytesPerDay), " a day"],
    evidence: [
      [`pid ${leak.pid} of ${leak.user} went from `, bytes(leak.fromBytes), " to ", bytes(leak.toBytes), " in a steady line"],
    ],
    advice: "Look for a memory leak: restart it for now, and report the growth to whoever makes it.",
  }));
}

function outOfMemory(inputs: ReportInputs): Finding[] {
  const history = inputs.current["system.memory.linux.oom_kill.count"];
  const killed = totalOf(measured(history)?.series.values ?? [], history?.stepSeconds ?? 0);
  if (killed === null || killed < 0.5) return [];
  return [
    {
      severity: "critical",
      title: ["The kernel ended ", count(Math.round(killed)), " processes for want of memory"],
      evidence: memoryUsers(inputs),
      advice: "See `journalctl -k -g oom` for which ones; limit the largest users of memory or add some.",
    },
  ];
}

function diskBound(inputs: ReportInputs): Finding[] {
  const waiting = pressure(inputs, "io");
  const busiest = measuredBy(inputs.current["system.disk.utilization"], "system.device").sort(
    (a, b) => b.summary.p50 - a.summary.p50,
  )[0];
  const slow = waiting !== null && waiting.mean > 0.2;
  const saturated = busiest !== undefined && busiest.summary.p50 > 0.85;
  if (!slow && !(saturated && (waiting === null || waiting.mean > 0.05))) return [];
  const evidence: Prose[] = [];
  if (waiting)
    evidence.push([
      "tasks waited for a disk ",
      percent(waiting.mean),
      " of the time, ",
      percent(waiting.p95),
      " at the 95th percentile",
    ]);
  if (busiest) evidence.push([safeName(busiest.name), " was busy ", percent(busiest.summary.p50), " half of the time"]);
  const awaits = measuredBy(inputs.current["system.disk.await"], "system.device").filter(({ name }) => name === busiest?.name);
  const slowest = awaits.sort((a, b) => b.summary.p95 - a.summary.p95)[0] as Measured | undefined;
  if (slowest)
    evidence.push([
      "an operation took ",
      quantity(slowest.summary.p50, "s"),
      " half of the time, ",
      quantity(slowest.summary.p95, "s"),
      " at the 95th percentile",
    ]);
  return [
    {
      severity: (waiting?.mean ?? 0) > 0.4 ? "critical" : "warning",
      title: ["Programs wait for the disk"],
      evidence: [...evidence, ...ioUsers(inputs)],
      advice: "Move the heaviest reader or writer to a disk of its own, spread its work, or use a faster disk.",
    },
  ];
}

function lossyNetwork(inputs: ReportInputs): Finding[] {
  const again = measured(inputs.current["system.network.tcp.retransmits"])?.summary;
  const sent = measured(inputs.current["system.network.tcp.segments"], { "network.io.direction": "transmit" })?.summary;
  if (!again || !sent || sent.mean < 10 || again.mean / sent.mean < 0.02) return [];
  return [
    {
      severity: again.mean / sent.mean > 0.1 ? "critical" : "warning",
      title: [percent(again.mean / sent.mean), " of what is sent over TCP gets lost and is sent again"],
      evidence: [
        [
          "segments sent again ",
          quantity(again.mean, "{segment}/s"),
          " on average, ",
          quantity(again.max, "{segment}/s"),
          " at most",
        ],
      ],
      advice: "Look for a bad cable or Wi-Fi, a full link, or a route that drops packets: `mtr` to the other end shows where.",
    },
  ];
}

function fullLink(inputs: ReportInputs): Finding[] {
  return measuredBy(inputs.current["system.network.utilization"], "network.interface.name")
    .filter(({ summary }) => summary.p95 > 0.9)
    .slice(0, 3)
    .map(({ name, summary }) => ({
      severity: "warning" as const,
      title: [safeName(name), " is full: ", percent(summary.p95), " of the link at the 95th percentile"],
      evidence: [["on average ", percent(summary.mean), ", at most ", percent(summary.max)]],
      advice: "Limit the heaviest transfers or move them to quieter hours; a faster link helps if they must run.",
    }));
}

function uncollected({ processes }: ReportInputs): Finding[] {
  return processes.zombies
    .filter((zombies) => zombies.count >= 10)
    .slice(0, 3)
    .map((zombies) => ({
      severity: "warning" as const,
      title: [zombies.parent, " does not collect its ended processes: ", count(zombies.count), " remain"],
      evidence: [[`their parent is pid ${zombies.parentPid}`]],
      advice: "Restart that program; each of them holds a process number until its parent takes note of its end.",
    }));
}

function restarting({ processes }: ReportInputs): Finding[] {
  return processes.restarting.slice(0, 3).map((service) => ({
    severity: "warning" as const,
    title: [service.name, " was started again ", count(service.restarts), " times"],
    evidence: [[`it runs as ${service.user}, one process at a time, as a child of the first process`]],
    advice: "See its log for why it ends: `journalctl -u` with its unit.",
  }));
}

function hot(inputs: ReportInputs): Finding[] {
  const hottest = measuredBy(inputs.current["hw.temperature"], "hw.name").sort((a, b) => b.summary.p95 - a.summary.p95)[0];
  if (!hottest || hottest.summary.p95 < 85) return [];
  return [
    {
      severity: hottest.summary.p95 >= 95 ? "critical" : "warning",
      title: [safeName(hottest.name), " is hot: ", quantity(hottest.summary.p95, "Cel"), " at the 95th percentile"],
      evidence: [["at most ", quantity(hottest.summary.max, "Cel")]],
      advice: "Clean the fans and filters, and see that air gets in and out.",
    },
  ];
}

function unseen(inputs: ReportInputs): Finding[] {
  const { share, gaps } = coverageOf(inputs);
  if (share === 0 || share >= 0.9 || gaps.length === 0) return [];
  return [
    {
      severity: "info",
      title: ["Only ", percent(share), " of the period was measured"],
      evidence: [["there are ", count(gaps.length), " gaps; see Data quality"]],
      advice: "Keep Hostscope running as a service, so that the figures tell of the whole time.",
    },
  ];
}

/** Findings of the same severity are listed in this order. */
const RULES: Readonly<Record<string, FindingRule>> = {
  "out-of-memory": outOfMemory,
  "filesystem-full": fullAlready,
  "running-out": runningOut,
  "swap-storm": swapping,
  "memory-short": memoryShort,
  "memory-leak": leaking,
  "cpu-short": cpuShort,
  "cpu-stolen": stolen,
  "disk-bound": diskBound,
  "network-loss": lossyNetwork,
  "link-full": fullLink,
  zombies: uncollected,
  restarts: restarting,
  temperature: hot,
  coverage: unseen,
};

const RANK = { critical: 0, warning: 1, info: 2 } as const;

/** Worst first. */
export function recommend(inputs: ReportInputs): FindingBlock[] {
  return Object.entries(RULES)
    .flatMap(([rule, find]) => find(inputs).map((finding): FindingBlock => ({ kind: "finding", rule, ...finding })))
    .sort((a, b) => RANK[a.severity] - RANK[b.severity]);
}
