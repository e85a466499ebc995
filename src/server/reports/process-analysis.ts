/** Analyzes what processes did in a period, from the totals of each process and snapshots of the process table. Pure. */

import { forecast } from "~/domain/forecast";
import { bytesTogether, memoryOf } from "~/domain/memory-together";
import { type Consumer, countProcesses, type ProcessRow } from "~/domain/process";
import { safeName } from "~/domain/report";

/** All processes of one name and user. */
export interface Program {
  name: string;
  user: string;
  processes: number;
  cpuSeconds: number;
  /** Share of the CPU time of all processes, 0..1. `ioShare` likewise. */
  cpuShare: number;
  peakMemoryBytes: number;
  readBytes: number;
  writtenBytes: number;
  ioShare: number;
}

/** Memory of a program at the last moment. `share` is of the machine's memory, 0..1. */
export interface MemoryHolder {
  name: string;
  user: string;
  processes: number;
  memoryBytes: number;
  share: number;
}

/** A process whose private memory keeps growing: what it maps of files, or shares, is not lost. */
export interface Leak {
  name: string;
  pid: number;
  user: string;
  fromBytes: number;
  toBytes: number;
  bytesPerDay: number;
}

export interface Restarting {
  name: string;
  user: string;
  restarts: number;
}

export interface Zombies {
  parent: string;
  parentPid: number;
  count: number;
}

export interface ProcessAnalysis {
  /** Number of processes. Null when no process data is kept. */
  seen: number | null;
  byCpu: Program[];
  byIo: Program[];
  byMemory: MemoryHolder[];
  leaks: Leak[];
  restarting: Restarting[];
  zombies: Zombies[];
}

export interface ProcessMoment {
  at: number;
  rows: readonly ProcessRow[];
}

const SHOWN = 20;
const LEAST_LEAK_BYTES = 64 * 2 ** 20;
const LEAST_LEAK_SHARE = 0.2;
const LEAST_RESTARTS = 4;

export interface ProcessFacts {
  consumers: readonly Consumer[];
  /** Oldest first. */
  moments: readonly ProcessMoment[];
  /** Of the period, without its gaps. */
  measuredSeconds: number;
  memoryBytes: number;
}

export function analyseProcesses(facts: ProcessFacts): ProcessAnalysis {
  const programs = programsOf(facts.consumers);
  const heaviest = (weight: (program: Program) => number) =>
    programs
      .filter((program) => weight(program) > 0)
      .sort((a, b) => weight(b) - weight(a) || a.name.localeCompare(b.name))
      .slice(0, SHOWN);
  return {
    seen: facts.consumers.length === 0 && facts.moments.length === 0 ? null : countProcesses(facts.consumers),
    byCpu: heaviest(({ cpuSeconds }) => cpuSeconds),
    byIo: heaviest(({ readBytes, writtenBytes }) => readBytes + writtenBytes),
    byMemory: memoryHolders(facts.moments.at(-1)?.rows ?? [], facts.memoryBytes),
    leaks: leaksOf(facts.moments, facts.memoryBytes),
    restarting: restartingOf(facts),
    zombies: zombiesOf(facts.moments),
  };
}

function programsOf(consumers: readonly Consumer[]): Program[] {
  const found = new Map<string, Program>();
  let [cpu, io] = [0, 0];
  for (const one of consumers) {
    const key = `${one.name}\0${one.user}`;
    let program = found.get(key);
    if (!program) {
      program = {
        name: safeName(one.name),
        user: safeName(one.user),
        processes: 0,
        cpuSeconds: 0,
        cpuShare: 0,
        peakMemoryBytes: 0,
        readBytes: 0,
        writtenBytes: 0,
        ioShare: 0,
      };
      found.set(key, program);
    }
    program.processes += one.processes ?? 1;
    program.cpuSeconds += one.cpuSeconds;
    program.peakMemoryBytes = Math.max(program.peakMemoryBytes, one.peakMemoryBytes);
    program.readBytes += one.readBytes;
    program.writtenBytes += one.writtenBytes;
    cpu += one.cpuSeconds;
    io += one.readBytes + one.writtenBytes;
  }
  for (const program of found.values()) {
    program.cpuShare = cpu > 0 ? program.cpuSeconds / cpu : 0;
    program.ioShare = io > 0 ? (program.readBytes + program.writtenBytes) / io : 0;
  }
  return [...found.values()];
}

function memoryHolders(rows: readonly ProcessRow[], memoryBytes: number): MemoryHolder[] {
  return [...Map.groupBy(rows, ({ name, user }) => `${name}\0${user}`).values()]
    .map((members): MemoryHolder => {
      const [first] = members as [ProcessRow, ...ProcessRow[]];
      const bytes = bytesTogether(members);
      return {
        name: safeName(first.name),
        user: safeName(first.user),
        processes: members.length,
        memoryBytes: bytes,
        share: memoryBytes > 0 ? bytes / memoryBytes : 0,
      };
    })
    .filter(({ memoryBytes: bytes }) => bytes > 0)
    .sort((a, b) => b.memoryBytes - a.memoryBytes || a.name.localeCompare(b.name))
    .slice(0, SHOWN);
}

/** Processes that run at the end, whose private memory has a rising trend and still rises in the last third. */
function leaksOf(moments: readonly ProcessMoment[], memoryBytes: number): Leak[] {
  const last = moments.at(-1);
  if (!last) return [];
  const tracks = new Map<string, { at: number[]; bytes: number[] }>();
  for (const { at, rows } of moments) {
    for (const row of rows) {
      const key = `${row.pid} ${row.startedAt}`;
      let track = tracks.get(key);
      if (!track) {
        track = { at: [], bytes: [] };
        tracks.set(key, track);
      }
      track.at.push(at);
      track.bytes.push(memoryOf(row).own);
    }
  }
  return last.rows
    .flatMap(({ pid, startedAt, name, user }) => {
      const { at, bytes } = tracks.get(`${pid} ${startedAt}`) ?? { at: [], bytes: [] };
      const [first = 0, end = 0] = [bytes[0], bytes.at(-1)];
      const growth = end - first;
      if (growth < Math.max(LEAST_LEAK_BYTES, LEAST_LEAK_SHARE * first, 0.01 * memoryBytes)) return [];
      const late = end - (bytes[Math.floor((bytes.length * 2) / 3)] ?? end);
      if (late < 0.15 * growth) return [];
      const stepMs = ((at.at(-1) as number) - (at[0] as number)) / (at.length - 1);
      const trend = forecast({ timestamps: at, values: bytes, stepMs, now: (at.at(-1) as number) + stepMs });
      if (trend.kind === "none" || trend.perSecond <= 0) return [];
      return [
        {
          name: safeName(name),
          pid,
          user: safeName(user),
          fromBytes: first,
          toBytes: end,
          bytesPerDay: trend.perSecond * 86_400,
        },
      ];
    })
    .sort((a, b) => b.toBytes - b.fromBytes - (a.toBytes - a.fromBytes))
    .slice(0, SHOWN);
}

/**
 * Services that were restarted often: children of pid 1 with the same command and user, whose run times add up to more than half
 * of what was measured and not much more than all of it, so that only one ran at a time. Each boot starts them once.
 */
function restartingOf({ consumers, measuredSeconds }: ProcessFacts): Restarting[] {
  const services = new Map<string, { name: string; user: string; starts: number; seconds: number }>();
  for (const { parentPid, name, command, user, seconds, processes = 1 } of consumers) {
    if (parentPid !== 1 || command === "") continue;
    const key = `${command}\0${user}`;
    const service = services.get(key) ?? { name: safeName(name), user: safeName(user), starts: 0, seconds: 0 };
    service.starts += processes;
    service.seconds += seconds;
    services.set(key, service);
  }
  // There is one pid 1 of each boot.
  const boots = Math.max(1, consumers.filter(({ pid }) => pid === 1).length);
  return [...services.values()]
    .filter(({ seconds }) => seconds > measuredSeconds / 2 && seconds < measuredSeconds * 1.1)
    .map(({ name, user, starts }) => ({ name, user, restarts: starts - boots }))
    .filter(({ restarts }) => restarts >= LEAST_RESTARTS)
    .sort((a, b) => b.restarts - a.restarts)
    .slice(0, SHOWN);
}

/** Zombies by parent. Counts those of the last moment that already existed at the moment before. */
function zombiesOf(moments: readonly ProcessMoment[]): Zombies[] {
  const [last, before] = [moments.at(-1), moments.at(-2)];
  if (!last) return [];
  const known = new Set((before ?? last).rows.map(({ pid, startedAt }) => `${pid} ${startedAt}`));
  const names = new Map(last.rows.map(({ pid, name }) => [pid, name]));
  const counts = new Map<number, number>();
  for (const { pid, startedAt, state, parentPid } of last.rows) {
    if (state === "defunct" && known.has(`${pid} ${startedAt}`)) counts.set(parentPid, (counts.get(parentPid) ?? 0) + 1);
  }
  return [...counts]
    .map(([parentPid, number]) => ({ parent: safeName(names.get(parentPid) ?? "?"), parentPid, count: number }))
    .sort((a, b) => b.count - a.count)
    .slice(0, SHOWN);
}
