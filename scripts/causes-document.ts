/** Generates docs/causes.md: how causes are found, and how often they were right in the last scored run. */
import { existsSync, readFileSync } from "node:fs";
import type { CausesResult } from "../tests/causes/result";

const RESULT = "tests/causes/result.json";

function lastResult(): CausesResult | null {
  return existsSync(RESULT) ? (JSON.parse(readFileSync(RESULT, "utf8")) as CausesResult) : null;
}

const percent = (part: number) => `${Math.round(100 * part)} %`;

function table(result: CausesResult): string {
  const rows = result.rows.map(
    ({ scenario, what, runs, named, share, coverage, worst }) =>
      `| ${scenario} | ${what} | ${named} of ${runs} | ${percent(share)} | ${percent(coverage)} | ${(100 * worst).toFixed(1)} |`,
  );
  const sum = (of: (row: CausesResult["rows"][number]) => number) => result.rows.reduce((total, row) => total + of(row), 0);
  const runs = sum((row) => row.runs);
  const named = sum((row) => row.named);
  return `| what happens | who is meant | named first | share within 5 points | coverage within 5 points | largest difference, points |
| --- | --- | --- | --- | --- | --- |
${rows.join("\n")}

Named right in ${named} of ${runs} runs (${percent(named / runs)}).`;
}

export function causesDocument(): string {
  const result = lastResult();
  const scored = result
    ? `The last run was on ${result.measuredAt}, ${result.machine}.\n\n${table(result)}`
    : "It has not been run yet.";
  return `# Who did it

Alerts, \`hostscope why METRIC\`, \`hostscope explain\`, Performance and the processes of a past moment name who explains a metric. This page says
how, and how often it was right.

## Contributors

A contributor is a part of the process forest that belongs together, at the level where one name explains most: a process; a tree (\`make\` with
everything below it); the processes of one program; a unit of systemd; a container; what one login or job runner started.

- From process 1 the search goes down while one child holds at least four fifths of what its parent has, and stops where it spreads. Each child
  that holds a fifth of the whole is searched anew; of the rest, the processes of one program and user belong together.
- What only starts others (init, sshd, tmux, cron, shells that wait) is not named, unless what it started is much together and nothing of it is.
- The name is the one a person would use: the container, the unit, the script of an interpreter, the command that was started together with it.
- Children too short to be seen count through the times and bytes that the kernel adds to their parent when it waits for them.
- A process whose parent has exited stays with its session's leader, with the others that lost the same parent, or with its unit.

## Measures

| metric | explained by |
| --- | --- |
| CPU, temperature, fans, frequency, CPU pressure | CPU time; softirq, interrupts and steal are the kernel's and the hypervisor's |
| load, runnable and blocked processes | CPU time and time in uninterruptible sleep |
| memory, memory pressure | what grew, without what is shared, when the memory in use grew by a twentieth; else by size |
| swap | what was swapped out |
| disk, I/O pressure | bytes from and to storage |
| filesystem | files on that mount that are open for writing and grow, while they do |
| connections | who has them, while they are open |
| network | nobody, as Linux does not count its bytes by process; those with most connections are named as no more than that |
| processes started, zombies | their parents |
| containers and services | the processes inside |
| custom metrics | what their configuration says: \`explain: cpu\`, \`memory\`, \`io\` or \`process:NAME\` |

The share is that of what the kernel counted, over the rule's window and the time for which its condition held. The answer says how much the
contributors explain together. When that is below half, or nobody has a fifth, nobody is named: the answer says over how many it is spread, with
the three programs that have most.

## How often it is right

\`npm run test:full causes\` starts known troublemakers, each in a session and a control group of its own, and compares the answer with what the
kernel counted for that group. What other guests of the host take is left out. ${scored}
`;
}
