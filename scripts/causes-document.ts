/** Generates docs/causes.md: how causes are found, and how often they were right in the last scored run. */
import { existsSync, readFileSync } from "node:fs";
import type { CausesResult } from "../tests/causes/result";

const RESULT = "tests/causes/result.json";

function lastResult(): CausesResult | null {
  return existsSync(RESULT) ? (JSON.parse(readFileSync(RESULT, "utf8")) as CausesResult) : null;
}

const percent = (part: number) => `${Math.round(100 * part)}%`;

function table(result: CausesResult): string {
  const rows = result.rows.map(
    ({ scenario, what, runs, named, share, coverage, worst }) =>
      `| ${scenario} | ${what} | ${named} of ${runs} | ${percent(share)} | ${percent(coverage)} | ${(100 * worst).toFixed(1)} |`,
  );
  const sum = (of: (row: CausesResult["rows"][number]) => number) => result.rows.reduce((total, row) => total + of(row), 0);
  const runs = sum((row) => row.runs);
  const named = sum((row) => row.named);
  return `| scenario | expected cause | named first | share within 5 points | coverage within 5 points | largest difference, points |
| --- | --- | --- | --- | --- | --- |
${rows.join("\n")}

Right in ${named} of ${runs} runs (${percent(named / runs)}).`;
}

export function causesDocument(): string {
  const result = lastResult();
  const scored = result
    ? `The last run was on ${result.measuredAt}, ${result.machine}.\n\n${table(result)}`
    : "There is no run yet.";
  return `# Root causes

Alerts, \`hostscope why METRIC\`, \`hostscope explain\`, the Performance page and the process table of a past second name the contributors to a
metric. This page says how they are found, and how often the answer was right.

## Contributors

A contributor is a group of processes at the level where one name explains the most: a process; a tree (\`make\` and everything below it); all
processes of one program; a systemd unit; a container; or everything that one login or job runner started.

- The search starts at process 1 and descends as long as one child accounts for at least 80% of its parent. Where the use spreads, each child
  that accounts for 20% of the total is searched separately; the rest is grouped by program and user.
- Processes that only start others (init, sshd, tmux, cron, waiting shells) are not named, unless their children are large only together.
- The name is the one a person would use: the container, the unit, the script of an interpreter, or the command that it was started with.
- Children that exit too fast to be seen are counted through the CPU time and bytes that the kernel adds to the parent that reaps them.
- A process that leads a session of its own is named itself, not with the command that started it.
- A process that takes the place of one of the same program and user, such as a restarted service, is compared with that one.
- A process whose parent has exited stays with its session leader, with its former siblings, or with its unit.

## Measures

| metric | attributed by |
| --- | --- |
| CPU, temperature, fans, frequency | CPU time; softirq and interrupts count for the kernel, steal for the hypervisor |
| load, runnable and blocked processes | CPU time and time in uninterruptible sleep |
| memory | growth of private memory if memory use grew by 5%; otherwise size. While it happens, pages that forks share are divided among them, for the 20 largest processes that may be read (PSS) |
| swap | swapped-out memory |
| disk | bytes read from and written to storage; of one disk among several busy ones no cause is named, because Linux counts them for all together |
| CPU and I/O pressure | CPU time and bytes, with how long the contributor's own container or unit waited (cgroup version 2, while it happens) |
| memory pressure | growth of memory; without growth the containers and units that wait for memory themselves, at their own limits; otherwise size |
| filesystem | growing files on that mount that are open for writing, while they grow, relative to the growth of the mount |
| connections | the owning process, while they are open, relative to the kernel's count of that protocol and state |
| network, TCP connections opened | no cause is named, because Linux does not count network bytes per process; the processes with the most connections are listed as such |
| process starts, zombies | their parents, each by itself, or those of one program together |
| containers and services | their own processes |
| custom metrics | their configuration: \`explain: cpu\`, \`memory\`, \`io\` or \`process:NAME\` |

Shares are relative to the kernel's own counters, over the rule's window plus the time for which its condition has held. The answer includes the
share that the contributors explain together. If that is below 50%, or no contributor reaches 20%, no cause is named; the answer then says over
how many processes the use is spread, and lists the three largest programs. Without root, Hostscope sees the files and connections of its own
user only: those of others count for the whole, and are nobody's.

## How often it is right

\`npm run test:full causes\` starts processes that cause known problems, each in its own session and control group, and compares the answer with
the kernel's counters for that group. Steal time of other guests is left out. ${scored}
`;
}
