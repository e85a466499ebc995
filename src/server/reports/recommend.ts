/** Recommendations, each with the measurements that support it. A rule returns its findings; a healthy machine has none. Pure. */
import { coverageOf } from "~/domain/coverage";
import { count, type FindingBlock, type Prose, quantity, safeName } from "~/domain/report";
import { fullAlready, runningOut } from "./capacity-findings";
import { bytes, cpuUser, type Finding, type FindingRule, ioUser, memoryUser, percent, pressure } from "./finding-parts";
import { type Measured, measured, measuredBy, type ReportInputs, TOTAL_CPU, totalIn } from "./inputs";
import { isForCapacity } from "./quality";

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
  const evidence: Prose[] = [["median CPU ", percent(busy.p50), ", 95th percentile ", percent(busy.p95)]];
  if (load) evidence.push(["median load ", quantity(load.p50, "{thread}"), " on ", count(inputs.host.logicalCpus), " CPUs"]);
  if (waiting) evidence.push(["tasks waited for a CPU ", percent(waiting.mean), " of the time"]);
  return [
    {
      severity: busy.p50 > 0.95 ? "critical" : "warning",
      title: [allTheTime ? "CPU is saturated (" : "CPU is saturated at peaks (", percent(busy.mean), " average)"],
      evidence,
      advice: ["Limit or reschedule ", ...cpuUser(inputs), isForCapacity(inputs) ? ". If it is all needed, add CPUs." : "."],
    },
  ];
}

function stolen(inputs: ReportInputs): Finding[] {
  const steal = measured(inputs.current["system.cpu.utilization"], { "cpu.mode": "steal", "cpu.logical_number": null })?.summary;
  if (!steal || steal.mean < 0.05) return [];
  return [
    {
      severity: "warning",
      title: ["The hypervisor takes ", percent(steal.mean), " of the CPU time (steal)"],
      evidence: [["95th percentile ", percent(steal.p95), ", peak ", percent(steal.max)]],
      advice: ["Ask the provider for a less crowded host or for dedicated CPUs."],
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
      "median swap-in ",
      quantity(swapIn.summary.p50, "{operation}/s"),
      ", swap-out ",
      quantity(swapOut.summary.p50, "{operation}/s"),
      " pages",
    ],
  ];
  if (used) evidence.push(["swap ", percent(used.last), " used at the end, peak ", percent(used.max)]);
  if (waiting) evidence.push(["tasks waited for memory ", percent(waiting.mean), " of the time"]);
  return [
    {
      severity: (waiting?.mean ?? 0) > 0.1 ? "critical" : "warning",
      title: ["The machine is thrashing: pages are swapped out and in constantly"],
      evidence,
      advice: ["Add memory, or reduce the cache or the number of workers of ", ...memoryUser(inputs), "."],
    },
  ];
}

function memoryShort(inputs: ReportInputs): Finding[] {
  const used = measured(inputs.current["system.memory.utilization"])?.summary;
  if (!used || used.p50 < 0.9) return [];
  return [
    {
      severity: used.p50 > 0.96 ? "critical" : "warning",
      title: ["Memory is nearly exhausted (median ", percent(used.p50), ")"],
      evidence: [["peak ", percent(used.max), " of ", bytes(inputs.host.memoryBytes)]],
      advice: [
        "Limit the memory of ",
        ...memoryUser(inputs),
        isForCapacity(inputs) ? ", or add memory." : ".",
        " If memory runs out, the kernel kills processes.",
      ],
    },
  ];
}

function leaking({ processes }: ReportInputs): Finding[] {
  return processes.leaks.slice(0, 3).map((leak) => ({
    severity: "warning" as const,
    title: [leak.name, " keeps growing: ", bytes(leak.bytesPerDay), " per day"],
    evidence: [
      [
        `private memory of pid ${leak.pid} (user ${leak.user}) grew steadily from `,
        bytes(leak.fromBytes),
        " to ",
        bytes(leak.toBytes),
      ],
    ],
    advice: ["It probably leaks memory. Restart it to free the memory for now, and report the growth to its developers."],
  }));
}

const MOST_KILLS = 3;

function outOfMemory(inputs: ReportInputs): Finding[] {
  const killed = Math.round(totalIn(inputs, "system.memory.linux.oom_kill.count") ?? 0);
  if (killed < 1) return [];
  const logged = inputs.marks.filter(({ kind, text }) => kind === "kernel" && /out of memory/i.test(text)).slice(0, MOST_KILLS);
  return [
    {
      severity: "critical",
      title: ["Out of memory: the kernel killed ", count(killed), killed === 1 ? " process" : " processes"],
      evidence: logged.map(({ at, text }): Prose => [{ time: at, shown: "minute" }, ": ", safeName(text, 120)]),
      advice: [
        "Limit ",
        ...memoryUser(inputs),
        ", or add memory.",
        ...(logged.length > 0 ? [] : [" `journalctl -k -g oom` lists what was killed."]),
      ],
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
    evidence.push(["tasks waited for I/O ", percent(waiting.mean), " of the time, 95th percentile ", percent(waiting.p95)]);
  if (busiest) evidence.push([safeName(busiest.name), " was ", percent(busiest.summary.p50), " busy (median)"]);
  const awaits = measuredBy(inputs.current["system.disk.await"], "system.device").filter(({ name }) => name === busiest?.name);
  const slowest = awaits.sort((a, b) => b.summary.p95 - a.summary.p95)[0] as Measured | undefined;
  if (slowest)
    evidence.push([
      "median latency ",
      quantity(slowest.summary.p50, "s"),
      ", 95th percentile ",
      quantity(slowest.summary.p95, "s"),
    ]);
  return [
    {
      severity: (waiting?.mean ?? 0) > 0.4 ? "critical" : "warning",
      title: ["Programs are waiting for the disk"],
      evidence,
      advice: ["Move ", ...ioUser(inputs), " to another disk or to quieter hours. If it is all needed now, use a faster disk."],
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
      title: [percent(again.mean / sent.mean), " of TCP segments are retransmitted"],
      evidence: [[quantity(again.mean, "{segment}/s"), " on average, peak ", quantity(again.max, "{segment}/s")]],
      advice: [
        "Look for a bad cable, weak Wi-Fi, a full link or a lossy route. `mtr` to the other end shows where packets are lost.",
      ],
    },
  ];
}

function fullLink(inputs: ReportInputs): Finding[] {
  return measuredBy(inputs.current["system.network.utilization"], "network.interface.name")
    .filter(({ summary }) => summary.p95 > 0.9)
    .slice(0, 3)
    .map(({ name, summary }) => ({
      severity: "warning" as const,
      title: [safeName(name), " is saturated (95th percentile ", percent(summary.p95), " of the link)"],
      evidence: [["average ", percent(summary.mean), ", peak ", percent(summary.max)]],
      advice: ["Limit the largest transfers or move them to quieter hours. If they must run, use a faster link."],
    }));
}

function uncollected({ processes }: ReportInputs): Finding[] {
  return processes.zombies
    .filter((zombies) => zombies.count >= 10)
    .slice(0, 3)
    .map((zombies) => ({
      severity: "warning" as const,
      title: [zombies.parent, " has left ", count(zombies.count), " zombie processes"],
      evidence: [[`parent pid ${zombies.parentPid}`]],
      advice: ["Restart ", zombies.parent, ". A zombie keeps its process ID until its parent reaps it."],
    }));
}

function restarting({ processes }: ReportInputs): Finding[] {
  return processes.restarting.slice(0, 3).map((service) => ({
    severity: "warning" as const,
    title: [service.name, " restarted ", count(service.restarts), " times"],
    evidence: [[`runs as ${service.user}, one process at a time`]],
    advice: ["Check its log for why it exits: `journalctl -u` with the name of its unit."],
  }));
}

function hot(inputs: ReportInputs): Finding[] {
  const hottest = measuredBy(inputs.current["hw.temperature"], "hw.name").sort((a, b) => b.summary.p95 - a.summary.p95)[0];
  if (!hottest || hottest.summary.p95 < 85) return [];
  return [
    {
      severity: hottest.summary.p95 >= 95 ? "critical" : "warning",
      title: [safeName(hottest.name), " runs hot (95th percentile ", quantity(hottest.summary.p95, "Cel"), ")"],
      evidence: [["peak ", quantity(hottest.summary.max, "Cel")]],
      advice: ["Clean the fans and filters, and check the airflow."],
    },
  ];
}

function unseen(inputs: ReportInputs): Finding[] {
  const { share, gaps } = coverageOf(inputs);
  if (share === 0 || share >= 0.9 || gaps.length === 0) return [];
  return [
    {
      severity: "info",
      title: ["Only ", percent(share), " of the period has data"],
      evidence: [[count(gaps.length), gaps.length === 1 ? " gap" : " gaps", ", listed under Data quality"]],
      advice: ["Run Hostscope as a service, so that reports cover the whole period."],
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

/** Rules that find the same shortage in several ways. */
const SHORT_OF_MEMORY = ["out-of-memory", "swap-storm", "memory-short"];

/** One shortage is one finding: the first says what to do and about whom, the others are evidence of it. */
function merged(findings: readonly FindingBlock[]): FindingBlock[] {
  const [first, ...others] = findings.filter(({ rule }) => SHORT_OF_MEMORY.includes(rule));
  if (!first) return [...findings];
  const evidence = [...first.evidence, ...others.flatMap((one) => [one.title, ...one.evidence])];
  return findings.filter((one) => !others.includes(one)).map((one) => (one === first ? { ...first, evidence } : one));
}

/** Worst first. */
export function recommend(inputs: ReportInputs): FindingBlock[] {
  const findings = Object.entries(RULES)
    .flatMap(([rule, find]) => find(inputs).map((finding): FindingBlock => ({ kind: "finding", rule, ...finding })))
    .sort((a, b) => RANK[a.severity] - RANK[b.severity]);
  return merged(findings);
}
