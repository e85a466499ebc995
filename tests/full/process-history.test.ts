/** Compares the past process table with an independent reader of /proc, and measures what a thousand processes cost on disk. */
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { eventually, getJson, startServer } from "../helpers/server";

interface Row {
  pid: number;
  state: string;
  cpu: number | null;
}

interface Table {
  timestamp: string;
  staleSeconds: number;
  processes: Row[];
}

const TICKS_PER_SECOND = 100;

/** State letter and clock ticks of every process, read independently of Hostscope. */
function readProc(): Map<number, { state: string; ticks: number }> {
  const found = new Map<number, { state: string; ticks: number }>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "latin1");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      found.set(Number(name), { state: fields[0] ?? "", ticks: Number(fields[11]) + Number(fields[12]) });
    } catch {
      // The process ended meanwhile.
    }
  }
  return found;
}

const children: ChildProcess[] = [];
const run = (command: string, args: readonly string[]) => {
  const child = spawn(command, args, { stdio: "ignore" });
  children.push(child);
  return child.pid ?? 0;
};
const endAll = () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
};

const past = (url: string, at: number) => getJson<Table>(`${url}/api/processes?limit=10000&at=${new Date(at).toISOString()}`);

test("the table of past seconds has the pids, the states and the CPU that a reader of /proc saw", async () => {
  const idle = Array.from({ length: 60 }, () => run("sleep", ["1000"]));
  const stopped = run("sleep", ["1000"]);
  process.kill(stopped, "SIGSTOP");
  const busy = Array.from({ length: 3 }, (_, index) =>
    run("perl", ["-e", `while(1){select(undef,undef,undef,0.0${8 - 2 * index});for(1..${40_000 * (index + 1)}){}}`]),
  );
  try {
    await using server = await startServer();
    await eventually(
      async () => (await getJson<{ uptimeSeconds: number }>(`${server.url}/api/health`)).uptimeSeconds >= 5,
      20_000,
    );
    const seen: { at: number; all: ReturnType<typeof readProc> }[] = [];
    for (let second = 0; second < 40; second++) {
      await sleep(1000 - (Date.now() % 1000) + 15);
      seen.push({ at: Math.floor(Date.now() / 1000) * 1000, all: readProc() });
    }
    await sleep(1500);
    let checked = 0;
    const wrong: string[] = [];
    const points: number[] = [];
    for (let index = 6; index < seen.length - 1; index++) {
      const [before, now, after] = [seen[index - 1], seen[index], seen[index + 1]];
      if (!before || !now || !after) continue;
      const table = await past(server.url, now.at);
      const rows = new Map(table.processes.map((row) => [row.pid, row]));
      // Processes that started or ended in this second or a neighbouring one may be in the table or not.
      for (const pid of now.all.keys())
        if (before.all.has(pid) && after.all.has(pid) && !rows.has(pid)) wrong.push(`${pid} is missing at ${now.at}`);
      for (const pid of rows.keys())
        if (!before.all.has(pid) && !now.all.has(pid) && !after.all.has(pid)) wrong.push(`${pid} is too many at ${now.at}`);
      for (const pid of idle) if (rows.get(pid)?.state !== "sleeping") wrong.push(`${pid} sleeps and is ${rows.get(pid)?.state}`);
      if (rows.get(stopped)?.state !== "stopped") wrong.push(`${stopped} is stopped and is ${rows.get(stopped)?.state}`);
      checked += rows.size;
      if (index % 5 !== 0) continue;
      const begin = seen[index - 5];
      if (!begin) continue;
      for (const pid of busy) {
        let mean = 0;
        for (let back = 0; back < 5; back++) {
          const one = await past(server.url, now.at - back * 1000);
          mean += (one.processes.find((row) => row.pid === pid)?.cpu ?? Number.NaN) / 5;
        }
        const ticks = (now.all.get(pid)?.ticks ?? 0) - (begin.all.get(pid)?.ticks ?? 0);
        points.push(100 * Math.abs(mean - ticks / TICKS_PER_SECOND / ((now.at - begin.at) / 1000)));
      }
    }
    console.log(
      `${checked} rows at ${seen.length - 7} seconds: ${wrong.length} wrong; CPU at most ${Math.max(...points).toFixed(1)} points off, of ${points.length} looks`,
    );
    expect(wrong.slice(0, 10)).toEqual([]);
    expect(Math.max(...points)).toBeLessThan(5);
  } finally {
    endAll();
  }
});

/** Size of a day with a thousand processes, `changing` of which work a little each second. Checks the past table for all. */
async function dayOf(changing: number): Promise<number> {
  for (let count = readProc().size; count < 1000 - changing; count++) run("sleep", ["1000"]);
  for (let worker = 0; worker < changing; worker++)
    run("perl", ["-e", `while(1){select(undef,undef,undef,0.9);my $s=0;for(1..${Math.round(3e6 / changing)}){$s+=$_}}`]);
  try {
    await using server = await startServer();
    const path = join(server.dataDir, "hostscope.db");
    const blocks = await eventually(async () => {
      const database = new Database(path, { readonly: true });
      const rows = database.prepare("SELECT start, length(data) AS bytes FROM process_blocks ORDER BY start").all() as {
        start: number;
        bytes: number;
      }[];
      database.close();
      return rows.length >= 4 ? rows : null;
    }, 300_000);
    const [first, ...rest] = blocks;
    const minute = rest.reduce((sum, { bytes }) => sum + bytes, 0) / rest.length;
    // One block in eleven starts with a whole table.
    const perDay = (1440 * ((first?.bytes ?? 0) + 10 * minute)) / 11;
    const at = Math.floor(Date.now() / 1000) * 1000 - 5000;
    const table = await past(server.url, at);
    const live = readProc();
    const missing = children.filter(
      ({ pid }) => pid !== undefined && live.has(pid) && !table.processes.some((row) => row.pid === pid),
    );
    console.log(
      `${table.processes.length} processes, ${changing} of them changing: ${(perDay / 1e6).toFixed(1)} MB a day, ${(minute / 1000).toFixed(1)} kB a minute; read at most ${table.staleSeconds} s before`,
    );
    expect(missing).toEqual([]);
    expect(table.staleSeconds).toBeLessThanOrEqual(5);
    return perDay;
  } finally {
    endAll();
  }
}

test("a thousand processes of which fifty change each second take at most 25 MB a day", async () => {
  expect(await dayOf(50)).toBeLessThan(25e6);
});

test("with three hundred that change each second every one is kept too", async () => {
  expect(await dayOf(300)).toBeGreaterThan(0);
});
