/** Faults that are injected into this machine, and what an explanation has to name for each. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { StartedServer } from "../helpers/server";
import type { Stage } from "./scenarios";

export interface Explained {
  contributors: { name: string; measure: string }[];
  metrics: { metric: string; labels: Record<string, string> }[];
  events: { kind: string; text: string }[];
  summary: string;
}

export interface Fault {
  name: string;
  /** Does it for some thirty seconds, and undoes it. */
  inject(stage: Stage, server: StartedServer): Promise<void>;
  /** Whether it is among the first three of what the answer names. */
  isNamed(answer: Explained): boolean;
}

const SECONDS = 32;
const first = <One>(all: readonly One[]) => all.slice(0, 3);
const who = (pattern: RegExp, measure?: string) => (answer: Explained) =>
  first(answer.contributors).some((one) => pattern.test(one.name) && (measure === undefined || one.measure === measure));
const what = (pattern: RegExp) => (answer: Explained) => first(answer.metrics).some(({ metric }) => pattern.test(metric));
const happened = (pattern: RegExp) => (answer: Explained) => first(answer.events).some(({ text }) => pattern.test(text));

const run = (command: string) => spawnSync("sh", ["-c", `PATH=$PATH:/sbin:/usr/sbin; ${command}`], { encoding: "utf8" });

async function running(stage: Stage, command: readonly string[]): Promise<void> {
  const group = stage.group();
  stage.start(group, command);
  await wait(SECONDS * 1000);
  await group[Symbol.asyncDispose]();
}

const V1 = "/sys/fs/cgroup/cpu";
const isV1 = existsSync(`${V1}/cgroup.procs`);

export const FAULTS: readonly Fault[] = [
  {
    name: "CPU",
    inject: (stage) => running(stage, ["perl", stage.perl("crunch.pl", "duty(1);")]),
    isNamed: who(/^perl crunch\.pl$/, "cpu"),
  },
  {
    name: "leak",
    inject: (stage) =>
      running(stage, [
        "perl",
        stage.perl("leak.pl", 'my @kept; for (1..30) { push @kept, "x" x (1 << 20) for 1..60; sleep 1 } sleep 100;'),
      ]),
    isNamed: who(/^perl leak\.pl$/, "growth"),
  },
  {
    name: "disk filling",
    inject: async (stage) => {
      const mount = stage.mount("full", 1500);
      await running(stage, [
        "perl",
        stage.perl(
          "logger.pl",
          `open my $f, ">", "${mount}/debug.log"; while (1) { syswrite $f, "x" x (1 << 20) for 1..30; sleep 1 }`,
        ),
      ]);
    },
    isNamed: (answer) => who(/^perl logger\.pl$/)(answer) || what(/^system\.filesystem\.(?:usage|utilization)$/)(answer),
  },
  {
    name: "fork storm",
    inject: (stage) => running(stage, ["sh", stage.script("storm.sh", "while :; do /bin/true; done")]),
    isNamed: who(/^sh storm\.sh$/),
  },
  {
    name: "I/O storm",
    inject: (stage) =>
      running(stage, [
        "dd",
        "if=/dev/zero",
        `of=${join(stage.folder, "big")}`,
        "bs=1M",
        "count=400000",
        "oflag=direct",
        "conv=notrunc",
      ]),
    isNamed: who(/^dd$/, "io"),
  },
  {
    name: "throttled cgroup",
    async inject(stage) {
      const id = "fa".repeat(32);
      const group = stage.group(`docker/${id}`);
      const folder = isV1 ? `${V1}/docker/${id}` : `/sys/fs/cgroup/docker/${id}`;
      mkdirSync(folder, { recursive: true });
      if (isV1) writeFileSync(`${folder}/cpu.cfs_quota_us`, "25000");
      else writeFileSync(`${folder}/cpu.max`, "25000 100000");
      const join = isV1 ? `echo $$ > ${folder}/cgroup.procs; ` : "";
      stage.start(group, ["sh", "-c", `${join}exec perl ${stage.perl("app.pl", "duty(1);")}`]);
      await wait(SECONDS * 1000);
      await group[Symbol.asyncDispose]();
      if (isV1) rmdirSync(folder);
    },
    isNamed: (answer) => what(/throttled/)(answer) || who(/^docker fa/)(answer),
  },
  {
    name: "swap",
    async inject(stage) {
      const file = join(stage.folder, "swapfile");
      run(
        `dd if=/dev/zero of=${file} bs=1M count=600 status=none; chmod 600 ${file}; mkswap -q ${file}; losetup -f --show ${file} > ${file}.loop; swapon $(cat ${file}.loop)`,
      );
      const group = stage.group();
      const folder = isV1 ? `/sys/fs/cgroup/memory/${group.name}` : `/sys/fs/cgroup/${group.name}`;
      writeFileSync(`${folder}/${isV1 ? "memory.limit_in_bytes" : "memory.max"}`, String(120 << 20));
      stage.start(group, [
        "perl",
        stage.perl("hoard.pl", 'my @kept; for (1..10) { push @kept, "x" x (1 << 20) for 1..40; sleep 1 } sleep 100;'),
      ]);
      await wait(SECONDS * 1000);
      await group[Symbol.asyncDispose]();
      run(`swapoff $(cat ${file}.loop); losetup -d $(cat ${file}.loop)`);
    },
    isNamed: (answer) =>
      who(/^perl hoard\.pl$/)(answer) || what(/^system\.paging\.(?:usage|utilization|operations|faults)/)(answer),
  },
  {
    name: "network retransmissions",
    async inject(stage) {
      run(
        "ip netns add hostscope-fault; ip link add hsfault0 type veth peer name hsfault1 netns hostscope-fault; ip addr add 10.231.7.1/24 dev hsfault0; ip link set hsfault0 up; ip netns exec hostscope-fault ip addr add 10.231.7.2/24 dev hsfault1; ip netns exec hostscope-fault ip link set hsfault1 up",
      );
      const sink = spawn(
        "ip",
        [
          "netns",
          "exec",
          "hostscope-fault",
          "perl",
          stage.perl(
            "sink.pl",
            "use IO::Socket::INET; my $s = IO::Socket::INET->new(Listen => 5, LocalPort => 7007, ReuseAddr => 1); while (my $c = $s->accept) { if (!fork) { my $b; 1 while sysread $c, $b, 65536; exit } }",
          ),
        ],
        { stdio: "ignore", detached: true },
      );
      await wait(500);
      const source = spawn(
        "perl",
        [
          stage.perl(
            "source.pl",
            'use IO::Socket::INET; while (1) { my $c = IO::Socket::INET->new(PeerAddr => "10.231.7.2:7007", Timeout => 2) or next; for (1..200) { syswrite $c, "x" x 20000 or last; select(undef, undef, undef, 0.01) } }',
          ),
        ],
        { stdio: "ignore", detached: true },
      );
      for (let round = 0; round < 14; round++) {
        run("ip netns exec hostscope-fault ip link set hsfault1 down");
        await wait(200);
        run("ip netns exec hostscope-fault ip link set hsfault1 up");
        await wait(2000);
      }
      for (const child of [source, sink]) if (child.pid) process.kill(-child.pid, "SIGKILL");
      run("ip link del hsfault0; ip netns del hostscope-fault");
    },
    isNamed: what(/retransmit|network\.(?:io|errors|packet|tcp)/),
  },
  {
    name: "out of memory",
    async inject(stage) {
      const group = stage.group();
      const folder = isV1 ? `/sys/fs/cgroup/memory/${group.name}` : `/sys/fs/cgroup/${group.name}`;
      writeFileSync(`${folder}/${isV1 ? "memory.limit_in_bytes" : "memory.max"}`, String(80 << 20));
      stage.start(group, ["perl", stage.perl("greedy.pl", 'my @kept; while (1) { push @kept, "x" x (4 << 20) }')]);
      await wait(SECONDS * 1000);
    },
    isNamed: happened(/^the kernel killed perl/),
  },
  {
    name: "a deployment, then load",
    async inject(stage, server) {
      await fetch(`${server.url}/api/marks`, { method: "POST", body: JSON.stringify({ text: "deployed 1.4" }) });
      await running(stage, ["perl", stage.perl("release.pl", "duty(1);")]);
    },
    isNamed: (answer) => happened(/^deployed 1\.4$/)(answer) && who(/^perl release\.pl$/)(answer),
  },
  {
    name: "a clock step",
    async inject(_stage, server) {
      const file = join(server.folder, "clock");
      writeFileSync(file, "5000");
      await wait(SECONDS * 1000);
      rmSync(file);
    },
    isNamed: happened(/^Clock set forward by 5 s/),
  },
];

/** Under the systemd of a machine of its own, which a test starts: it works for twelve seconds, then fails. */
export const failedUnit = {
  name: "a failed unit",
  unit: "nightly.service",
  text: "[Unit]\nDescription=Nightly job\n[Service]\nExecStart=/bin/sh -c 'sleep 12; exit 3'\n",
  seconds: SECONDS,
  isNamed: happened(/^nightly\.service failed \(exit-code\)/),
};
