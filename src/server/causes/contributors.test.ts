import { expect, test } from "vitest";
import type { Consumer } from "~/domain/process";
import { consumerOf } from "../../../tests/helpers/consumer";
import { partsOf } from "./contributors";

let lastPid = 1;

function consumer(name: string, parent: Consumer | null, cpuSeconds = 0, change: Partial<Consumer> = {}): Consumer {
  const pid = ++lastPid;
  return consumerOf(pid, {
    startedAt: pid,
    parentPid: parent?.pid ?? 0,
    name,
    command: name,
    user: "ann",
    cpuSeconds,
    ...change,
  });
}

const init = consumer("systemd", null, 0, { pid: 1, startedAt: 0 });
const shell = () => {
  const tmux = consumer("tmux: server", init);
  return [tmux, consumer("bash", tmux, 0, { command: "-bash" })] as const;
};

const told = (...consumers: Consumer[]) =>
  partsOf([init, ...consumers], ({ cpuSeconds }) => cpuSeconds).map(({ kind, name, members, value }) => [
    kind,
    name,
    members.length,
    Number(value.toFixed(1)),
  ]);

const many = (count: number, name: string, parent: Consumer, cpuSeconds: number) =>
  Array.from({ length: count }, () => consumer(name, parent, cpuSeconds));

test("a single hog below a shell is that process", () => {
  const [tmux, bash] = shell();
  expect(told(tmux, bash, consumer("stress", bash, 60))).toEqual([["process", "stress", 1, 60]]);
});

test("make and everything below it is one tree, whatever the compilers are called", () => {
  const [tmux, bash] = shell();
  const make = consumer("make", bash, 0.5);
  const compilers = Array.from({ length: 8 }, () => {
    const sh = consumer("sh", make, 0, { command: "sh -c cc" });
    return [sh, consumer("cc1", sh, 7)];
  }).flat();
  expect(told(tmux, bash, make, ...compilers)).toEqual([["tree", "make", 17, 56.5]]);
});

test("npm test is told by its name, not by the workers of its runner", () => {
  const [tmux, bash] = shell();
  const npm = consumer("npm test", bash, 0.2);
  const sh = consumer("sh", npm, 0, { command: "sh -c vitest" });
  const vitest = consumer("node", sh, 10, { command: "node vitest" });
  expect(told(tmux, bash, npm, sh, vitest, ...many(20, "node", vitest, 4))).toEqual([["tree", "npm test", 23, 90.2]]);
});

test("a pool is told by its master, even and uneven", () => {
  const master = consumer("php-fpm", init, 0.1);
  const uneven = [30, 25, 20, 5, 5, 5].map((seconds) => consumer("php-fpm", master, seconds));
  expect(told(master, ...uneven)).toEqual([["tree", "php-fpm", 7, 90.1]]);
});

test("two hogs at once are two, and a busy innocent tree beside one is the second", () => {
  const [tmux, bash] = shell();
  const [first, second] = [consumer("stress", bash, 40), consumer("gzip", bash, 35)];
  expect(told(tmux, bash, first, second)).toEqual([
    ["process", "stress", 1, 40],
    ["process", "gzip", 1, 35],
  ]);
  const cups = consumer("cupsd", init, 1);
  expect(told(tmux, bash, first, cups, ...many(5, "filter", cups, 1))).toEqual([
    ["process", "stress", 1, 40],
    ["tree", "cupsd", 6, 6],
  ]);
});

test("daemons of one program without a common parent but init belong together; those of a hundred do not", () => {
  expect(told(...many(10, "worker", init, 3))).toEqual([["program", "worker", 10, 30]]);
  const diffuse = Array.from({ length: 100 }, (_, index) => consumer(`d${index}`, init, 1));
  expect(told(...diffuse).every(([kind, , , value]) => kind === "process" && value === 1)).toBe(true);
});

test("a script of a shell is a cause, a shell that waits is none; a large program below a tree has its own name", () => {
  const [tmux, bash] = shell();
  const script = consumer("bash", bash, 0, { command: "bash backup.sh" });
  expect(told(tmux, bash, script, ...many(30, "gzip", script, 2))).toEqual([["tree", "bash backup.sh", 31, 60]]);
  const server = consumer("node", init, 30, { command: "node server.js" });
  expect(told(server, consumer("ffmpeg", server, 60), ...many(3, "node", server, 2))).toEqual([
    ["process", "ffmpeg", 1, 60],
    ["tree", "node server.js", 4, 36],
  ]);
});

test("a child whose parent has ended stands for itself, and a pid that was used again is nobody's parent", () => {
  expect(told(consumer("orphan", { pid: 9999 } as Consumer, 20))).toEqual([["process", "orphan", 1, 20]]);
  const old = consumer("old", { pid: 7777 } as Consumer, 20);
  const reused = consumer("new", init, 1, { pid: 7777 });
  expect(told(old, reused)).toEqual([
    ["process", "old", 1, 20],
    ["process", "new", 1, 1],
  ]);
});

test("an idle machine has no part", () => {
  expect(told(consumer("a", init))).toEqual([]);
});

test("what a long-running program starts later is told by its own name", () => {
  const [tmux, bash] = shell();
  const runner = consumer("node", bash, 1);
  const hog = consumer("stress", runner, 60, { startedAt: runner.startedAt + 60_000 });
  expect(told(tmux, bash, runner, hog)).toEqual([
    ["process", "stress", 1, 60],
    ["process", "node", 1, 1],
  ]);
});

test("a loop of a shell whose children are too short to be seen is that shell, and not a login that waits", () => {
  const loop = consumer("sh", init, 55, { command: "sh -c while :; do true; done" });
  expect(told(loop, ...many(3, "true", loop, 1))).toEqual([["tree", "sh -c", 4, 58]]);
});

test("what a command starts in a session of its own is told by itself, and without one with the command", () => {
  const [tmux, bash] = shell();
  const runner = consumer("make", bash, 1, { sessionId: bash.pid });
  const daemon = consumer("fill_disk", runner, 60);
  const [detached, together] = [daemon.pid, bash.pid].map((sessionId) => ({ ...daemon, sessionId }));
  expect(told(tmux, bash, runner, detached as Consumer)[0]).toEqual(["process", "fill_disk", 1, 60]);
  expect(told(tmux, bash, runner, together as Consumer)[0]).toEqual(["tree", "make", 2, 61]);
});

test("orphans stay with their session: below its leader while that runs, else together, by the name of the one that does it", () => {
  const [tmux, bash] = shell();
  const orphan = (name: string, cpuSeconds: number, sessionId: number) => consumer(name, init, cpuSeconds, { sessionId });
  const script = consumer("bash", tmux, 0, { command: "bash build.sh" });
  const [first, second] = [orphan("cc1", 30, script.pid), orphan("cc1", 25, script.pid)];
  expect(told(tmux, bash, script, first, second)).toEqual([["tree", "bash build.sh", 3, 55]]);
  const worker = orphan("worker", 40, 4242);
  const helpers = [1, 2, 3].map(() => orphan("helper", 5, 4242));
  expect(told(worker, ...helpers, orphan("other", 1, 4343))).toEqual([
    ["session", "worker", 4, 55],
    ["process", "other", 1, 1],
  ]);
  expect(told(orphan("idle", 0, 4242), orphan("hog", 60, 4242))).toEqual([["process", "hog", 1, 60]]);
});

test("the processes of a unit that have only init in common are the unit; everything of a user's manager is not", () => {
  const group = "postfix@-.service";
  const [master, stray] = [consumer("master", init, 20, { group }), consumer("qmgr", init, 30, { group })];
  expect(told(master, stray)).toEqual([["unit", "postfix@-.service", 2, 50]]);
  const own = { group: "user@1000.service" };
  expect(told(consumer("firefox", init, 20, own), consumer("code", init, 30, own))).toEqual([
    ["process", "code", 1, 30],
    ["process", "firefox", 1, 20],
  ]);
});

test("a container is told as a whole; when the machine is one itself, its processes are", () => {
  const group = "docker 3f2a91c07d44";
  const shim = consumer("containerd-shim", init);
  const [sh, server] = [consumer("sh", shim, 1, { group }), consumer("nginx", shim, 40, { group })];
  expect(told(shim, sh, server, consumer("sshd", init, 9))).toEqual([
    ["container", group, 2, 41],
    ["process", "sshd", 1, 9],
  ]);
  const inside = [{ ...init, group }, consumer("node", init, 30, { group }), consumer("redis", init, 20, { group })];
  expect(partsOf(inside, ({ cpuSeconds }) => cpuSeconds).map(({ name }) => name)).toEqual(["node", "redis"]);
});

test("a burst of cron is cron's, when no job of it is much by itself; one large job is that job", () => {
  const cron = consumer("cron", init, 0, { group: "cron.service" });
  const job = (index: number, cpuSeconds: number) => {
    const sh = consumer("sh", cron, 0, { command: "/bin/sh -c job" });
    return [sh, consumer("python3", sh, cpuSeconds, { command: `python3 job${index}.py` })];
  };
  const burst = Array.from({ length: 20 }, (_, index) => job(index, 2)).flat();
  expect(told(cron, ...burst)).toEqual([["unit", "cron.service", 41, 40]]);
  expect(told(cron, ...job(1, 50), ...burst).slice(0, 1)).toEqual([["process", "python3 job1.py", 1, 50]]);
});

test("who started it is told where a person would say it", () => {
  const [tmux, bash] = shell();
  const by = (...all: Consumer[]) => partsOf([init, ...all], ({ cpuSeconds }) => cpuSeconds)[0]?.startedBy;
  expect(by(tmux, bash, consumer("make", bash, 30))).toBe("ann in tmux");
  const sshd = consumer("sshd", init);
  expect(by(sshd, consumer("rsync", sshd, 30))).toBe("ann over ssh");
  expect(by(consumer("nginx", init, 30, { group: "nginx.service" }))).toBe("nginx.service");
  expect(by(consumer("daemon", init, 30))).toBeNull();
});

test("small trees of one name are one program", () => {
  const trees = Array.from({ length: 12 }, () => {
    const job = consumer("convert", init, 1);
    return [job, consumer("gs", job, 2)];
  }).flat();
  expect(told(...trees, consumer("other", init, 30))).toEqual([
    ["program", "convert", 24, 36],
    ["process", "other", 1, 30],
  ]);
});

test("process 1 is nobody's cause, whatever it is called, unless it works itself", () => {
  const entry = consumer("supervisord", null, 1, { pid: 1, startedAt: 0 });
  const named = (...all: Consumer[]) => partsOf(all, ({ cpuSeconds }) => cpuSeconds).map(({ name }) => name);
  expect(named(entry, ...Array.from({ length: 4 }, (_, index) => consumer(`d${index}`, entry, 20)))).toEqual([
    "d0",
    "d1",
    "d2",
    "d3",
    "supervisord",
  ]);
  expect(named(consumer("node", null, 50, { pid: 1, startedAt: 0, command: "node server.js" }))).toEqual(["node server.js"]);
});

test("of memory the worker that holds four fifths of its pool is told by itself, of CPU its master", () => {
  const master = consumer("leakd", init, 1);
  const workers = [90, 1, 1].map((seconds) => consumer("leakd", master, seconds));
  const of = ({ cpuSeconds }: Consumer) => cpuSeconds;
  const first = (tellsWorkers: boolean) => partsOf([init, master, ...workers], of, { tellsWorkers })[0]?.head.pid;
  expect(first(true)).toBe(workers[0]?.pid);
  expect(first(false)).toBe(master.pid);
});

test("the same processes are explained by one measure after another", () => {
  const [tmux, bash] = shell();
  const hog = consumer("stress", bash, 60, { writtenBytes: 1 });
  const writer = consumer("dd", bash, 1, { writtenBytes: 1000 });
  const all = [init, tmux, bash, hog, writer];
  const namesBy = (of: (one: Consumer) => number) => partsOf(all, of).map(({ name, value }) => [name, value]);
  const byCpu = [
    ["stress", 60],
    ["dd", 1],
  ];
  expect(namesBy(({ cpuSeconds }) => cpuSeconds)).toEqual(byCpu);
  expect(namesBy(({ writtenBytes }) => writtenBytes)).toEqual([["dd", 1000]]);
  expect(namesBy(({ cpuSeconds }) => cpuSeconds)).toEqual(byCpu);
});

test("chains of ten thousand processes are explained, busy or idle, and so are loops", () => {
  const chain = (name: string, command: string, cpuSeconds: number) => {
    const all = [init];
    for (let length = 0; length < 10_000; length++) all.push(consumer(name, all.at(-1) ?? null, cpuSeconds, { command }));
    return all.slice(1);
  };
  expect(told(...chain("run.sh", "/bin/sh run.sh", 0.01))).toEqual([["tree", "sh run.sh", 10_000, 100]]);
  expect(told(...chain("bash", "-bash", 0), consumer("hog", init, 60))).toEqual([["process", "hog", 1, 60]]);
  const loop = [consumer("a", { pid: lastPid + 2 } as Consumer, 30, { startedAt: 5 })];
  loop.push(consumer("b", loop[0] as Consumer, 30, { startedAt: 5 }));
  expect(told(...loop).map(([, name]) => name)).toEqual(["a", "b"]);
});
