/** Known troublemakers, each in a control group and a session of its own, with the name that a person would give. */
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Group } from "./truth";

export interface Told {
  contributors: { kind: string; name: string; pid: number | null; share: number; measure: string }[];
  coverage: number | null;
  refusal: string | null;
}

export interface Running {
  /** Of each culprit, the heaviest first. */
  groups: readonly Group[];
  innocents: readonly Group[];
}

export interface Scenario {
  name: string;
  /** What a person would answer. */
  what: string;
  measure: "cpu" | "memory" | "writes";
  metric: string;
  labels?: string;
  /** Seconds until it does what it does. */
  settle?: number;
  start(stage: Stage): Running;
  /** Whether the answer is right. `undefined` for what has to be refused. */
  isRight(told: Told): boolean;
  isRefused?: true;
}

const BURN = `
sub burn { my ($seconds) = @_; my ($u, $s) = times; my $end = $u + $s + $seconds; while (1) { for (1..20000) { sqrt($_) } ($u, $s) = times; last if $u + $s >= $end } }
sub duty { my ($share) = @_; while (1) { my $t = time_hr(); burn(0.1 * $share); my $rest = 0.1 - (time_hr() - $t); select(undef, undef, undef, $rest) if $rest > 0 } }
use Time::HiRes (); sub time_hr { Time::HiRes::time() }
`;

/** Where a run puts its scripts, and how it starts them. */
export class Stage implements AsyncDisposable {
  private readonly groups: Group[] = [];
  private mounted: string[] = [];

  constructor(
    readonly folder: string,
    readonly random: () => number,
    private readonly run: number,
  ) {
    mkdirSync(folder, { recursive: true });
  }

  between(least: number, most: number): number {
    return least + (most - least) * this.random();
  }

  group(name = `hostscope-cause-${this.run}-${this.groups.length}`): Group {
    const group = new Group(name);
    this.groups.push(group);
    return group;
  }

  /** A script of perl with \`burn(seconds)\` and \`duty(share)\`. */
  perl(name: string, code: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, `${BURN}\n${code}\n`);
    return path;
  }

  script(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text, { mode: 0o755 });
    return path;
  }

  /** A copy of perl by another name, as a program of its own. */
  program(name: string): string {
    const path = join(this.folder, name);
    copyFileSync("/usr/bin/perl", path);
    chmodSync(path, 0o755);
    return path;
  }

  /** Starts a command in a group and a session of its own; whatever starts it has ended before it begins. */
  start(group: Group, command: readonly string[]): void {
    const words = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
    spawnSync("sh", ["-c", `${group.join}; exec setsid -f ${words} >/dev/null 2>&1 </dev/null`], { cwd: this.folder });
  }

  /** A filesystem of its own in a file. */
  mount(name: string, megabytes: number): string {
    const image = join(this.folder, `${name}.img`);
    const path = join(this.folder, name);
    mkdirSync(path);
    spawnSync("dd", ["if=/dev/zero", `of=${image}`, "bs=1M", "count=0", `seek=${megabytes}`]);
    spawnSync("sh", ["-c", `PATH=$PATH:/sbin:/usr/sbin; mkfs.ext4 -q ${image} && mount -o loop ${image} ${path}`]);
    this.mounted.push(path);
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const group of this.groups) await group[Symbol.asyncDispose]();
    for (const path of this.mounted) spawnSync("umount", [path]);
    this.mounted = [];
    rmSync(join(this.folder, ".."), { recursive: true, force: true });
  }
}

const CPU = { measure: "cpu", metric: "system.cpu.utilization" } as const;
const first = ({ contributors, refusal }: Told) => (refusal === null ? contributors[0] : undefined);
const named = (pattern: RegExp, kinds?: readonly string[]) => (told: Told) => {
  const one = first(told);
  return one !== undefined && pattern.test(one.name) && (kinds?.includes(one.kind) ?? true);
};

/** A master whose workers each take their share of a core. */
function pool(stage: Stage, shares: readonly number[]): Running {
  const [group, program] = [stage.group(), stage.program("poold")];
  const code = stage.perl("pool.pl", `for my $share (${shares.join(",")}) { if (!fork) { duty($share) } } sleep 1000;`);
  stage.start(group, [program, code]);
  return { groups: [group], innocents: [] };
}

export const SCENARIOS: readonly Scenario[] = [
  {
    ...CPU,
    name: "single hog",
    what: "the script of its interpreter",
    start(stage) {
      const group = stage.group();
      stage.start(group, ["perl", stage.perl("crunch.pl", `duty(${stage.between(0.6, 1)});`)]);
      return { groups: [group], innocents: [] };
    },
    isRight: named(/^perl crunch\.pl$/, ["process"]),
  },
  {
    ...CPU,
    name: "make -j",
    what: "make, with all compilers below it",
    start(stage) {
      const [group, burn] = [stage.group(), stage.perl("cc.pl", `burn(${stage.between(0.2, 0.8)});`)];
      const targets = Array.from({ length: 400 }, (_, index) => `t${index}`);
      const rules = targets.map((target) => `${target}:\n\t@perl ${burn} ${target}; true\n`).join("");
      stage.script("Makefile", `all: ${targets.join(" ")}\n${rules}`);
      stage.start(group, ["make", `-j${2 + Math.floor(stage.random() * 7)}`, "all"]);
      return { groups: [group], innocents: [] };
    },
    isRight: named(/^make$/, ["tree"]),
  },
  {
    ...CPU,
    name: "test suite",
    what: "npm test, with hundreds of short processes",
    start(stage) {
      const [group, one] = [stage.group(), stage.perl("one.pl", `burn(${stage.between(0.02, 0.15)});`)];
      const runner = stage.perl(
        "runner.pl",
        `while (1) { my @p; for (1..4) { my $p = fork; if (!$p) { exec "sh", "-c", "perl ${one}; true" } push @p, $p } waitpid $_, 0 for @p }`,
      );
      const npm = stage.perl("npm.pl", `$0 = "npm test"; my $p = fork; if (!$p) { exec "perl", "${runner}" } waitpid $p, 0;`);
      stage.start(group, ["perl", npm]);
      return { groups: [group], innocents: [] };
    },
    isRight: named(/^npm test$/, ["tree"]),
  },
  {
    ...CPU,
    name: "shell loop",
    what: "the shell that starts 200 short processes a second",
    start(stage) {
      const group = stage.group();
      stage.start(group, ["sh", "-c", "while :; do /bin/true; /bin/true; /bin/echo; done"]);
      return { groups: [group], innocents: [] };
    },
    isRight: named(/^sh -c$/, ["tree", "process"]),
  },
  {
    ...CPU,
    name: "even pool",
    what: "a pool of 20 workers by its master",
    start(stage) {
      const share = stage.between(0.03, 0.06);
      return pool(stage, Array(20).fill(share));
    },
    isRight: named(/^poold$/, ["tree"]),
  },
  {
    ...CPU,
    name: "uneven pool",
    what: "a pool of 20 workers, a few of which do most, by its master",
    start: (stage) =>
      pool(
        stage,
        Array.from({ length: 20 }, (_, index) => (index < 3 ? stage.between(0.25, 0.4) : 0.01)),
      ),
    isRight: named(/^poold$/, ["tree"]),
  },
  {
    ...CPU,
    name: "cron burst",
    what: "cron, as no job is much by itself",
    start(stage) {
      const [group, cron] = [stage.group(), stage.program("cron")];
      const jobs = Array.from({ length: 24 }, (_, index) => stage.perl(`job${index}.pl`, `duty(${stage.between(0.03, 0.06)});`));
      const code = stage.perl(
        "crontab.pl",
        `for my $job (qw(${jobs.join(" ")})) { if (!fork) { exec "sh", "-c", "perl $job; true" } } sleep 1000;`,
      );
      stage.start(group, [cron, code]);
      return { groups: [group], innocents: [] };
    },
    isRight: named(/^cron$/, ["session", "unit"]),
  },
  {
    ...CPU,
    name: "pipe of three",
    what: "the heaviest of the three",
    start(stage) {
      const programs = [0.2, 0.15, 0.7].map((share, index) => {
        const program = stage.program(`stage${index}`);
        return `${program} ${stage.perl(`stage${index}.pl`, `$| = 1; if (!fork) { duty(${share}) } while (1) { print "x\\n"; sleep 1 }`)}`;
      });
      const groups = programs.map(() => stage.group());
      const lines = programs.map(
        (program, index) => `(${(groups[index] as Group).join.replaceAll("$$", "$(sh -c 'echo $PPID')")}; exec ${program})`,
      );
      const all = stage.group();
      stage.start(all, ["sh", "-c", `${lines.join(" | ")}; true`]);
      return { groups: [groups[2] as Group], innocents: [] };
    },
    isRight: named(/^stage2$/),
  },
  {
    ...CPU,
    name: "interpreter's script",
    what: "node server.js",
    start(stage) {
      const group = stage.group();
      const script = stage.script("server.js", "for (;;) Math.sqrt(Math.random());");
      stage.start(group, [process.execPath, "--max-old-space-size=64", script, "--port", "8080"]);
      return { groups: [group], innocents: [] };
    },
    isRight: named(/^node server\.js$/, ["process"]),
  },
  {
    ...CPU,
    name: "container",
    what: "the container",
    start(stage) {
      const id = Array.from({ length: 64 }, () => "0123456789abcdef"[Math.floor(stage.random() * 16)]).join("");
      const group = stage.group(`docker/${id}`);
      stage.start(group, ["perl", stage.perl("app.pl", "for (1..3) { if (!fork) { duty(0.4) } } duty(0.1);")]);
      return { groups: [group], innocents: [] };
    },
    isRight: named(/^docker [0-9a-f]{12}$/, ["container"]),
  },
  {
    name: "leak in one worker",
    what: "the worker of a pool that grows",
    measure: "memory",
    metric: "system.memory.utilization",
    start(stage) {
      const [group, program] = [stage.group(), stage.program("leakd")];
      const rate = Math.round(stage.between(60, 120));
      const leak = `$0 = "leakd: worker 3"; my @kept; while (1) { push @kept, "x" x (1 << 20) for 1..${rate}; sleep 1 }`;
      const code = stage.perl("leak.pl", `for my $n (1..6) { if (!fork) { if ($n == 3) { ${leak} } sleep 1000 } } sleep 1000;`);
      stage.start(group, [program, code]);
      return { groups: [group], innocents: [] };
    },
    isRight: named(/^leakd: worker/),
  },
  {
    name: "direct writer",
    what: "the one that writes past the cache",
    measure: "writes",
    metric: "system.disk.io",
    labels: "disk.io.direction=write",
    start(stage) {
      const group = stage.group();
      const file = join(stage.folder, "direct");
      stage.start(group, ["dd", "if=/dev/zero", `of=${file}`, "bs=1M", "count=40000", "oflag=direct", "conv=notrunc"]);
      return { groups: [group], innocents: [] };
    },
    isRight: named(/^dd$/, ["process"]),
  },
  {
    name: "short writers",
    what: "the script whose short children write",
    measure: "writes",
    metric: "system.disk.io",
    labels: "disk.io.direction=write",
    start(stage) {
      const group = stage.group();
      const file = join(stage.folder, "direct");
      const dd = `dd if=/dev/zero of=${file} bs=256k count=${Math.round(stage.between(8, 40))} oflag=direct conv=notrunc 2>/dev/null`;
      stage.start(group, ["sh", stage.script("backup.sh", `while :; do ${dd}; done`)]);
      return { groups: [group], innocents: [] };
    },
    isRight: named(/^sh backup\.sh$/),
  },
  {
    name: "full mount",
    what: "the only writer of the mount, beside a heavier one elsewhere",
    measure: "writes",
    metric: "system.filesystem.utilization",
    start(stage) {
      const [group, other] = [stage.group(), stage.group()];
      const mount = stage.mount("full", 600);
      stage.start(group, [
        "perl",
        stage.perl(
          "logger.pl",
          `open my $f, ">", "${mount}/debug.log"; while (1) { syswrite $f, "x" x (1 << 20) for 1..6; select(undef, undef, undef, 0.5) }`,
        ),
      ]);
      stage.start(other, [
        "dd",
        "if=/dev/zero",
        `of=${join(stage.folder, "elsewhere")}`,
        "bs=1M",
        "count=40000",
        "oflag=direct",
        "conv=notrunc",
      ]);
      return { groups: [group], innocents: [other] };
    },
    isRight: named(/^perl logger\.pl$/),
  },
  {
    ...CPU,
    name: "two hogs",
    what: "both, the heavier first or second",
    start(stage) {
      const groups = [stage.group(), stage.group()];
      const [one, two] = groups as [Group, Group];
      stage.start(one, ["perl", stage.perl("alpha.pl", `duty(${stage.between(0.6, 0.8)});`)]);
      stage.start(two, ["perl", stage.perl("beta.pl", `duty(${stage.between(0.6, 0.8)});`)]);
      return { groups, innocents: [] };
    },
    isRight: ({ contributors, refusal }) =>
      refusal === null &&
      contributors
        .slice(0, 2)
        .map(({ name }) => name)
        .sort()
        .join() === "perl alpha.pl,perl beta.pl",
  },
  {
    ...CPU,
    name: "hog beside a busy tree",
    what: "the hog",
    start(stage) {
      const [group, other] = [stage.group(), stage.group()];
      stage.start(group, ["perl", stage.perl("crunch.pl", "duty(1);")]);
      const burn = stage.perl("unit.pl", "burn(0.05); select(undef, undef, undef, 0.2);");
      stage.start(other, ["sh", stage.script("watch.sh", `while :; do perl ${burn} & perl ${burn}; wait; done`)]);
      return { groups: [group], innocents: [other] };
    },
    isRight: named(/^perl crunch\.pl$/),
  },
  {
    ...CPU,
    name: "diffuse",
    what: "nobody: 100 programs in 100 sessions",
    settle: 8,
    isRefused: true,
    start(stage) {
      const group = stage.group();
      // Too little for the ten milliseconds that times() counts in.
      const loops = Math.round(stage.between(6000, 10_000));
      const code = stage.perl(
        "little.pl",
        `select(undef, undef, undef, rand); while (1) { for (1..${loops}) { sqrt($_) } select(undef, undef, undef, 0.05) }`,
      );
      for (let index = 0; index < 100; index++) stage.start(group, [stage.program(`daemon${index}`), code]);
      return { groups: [group], innocents: [] };
    },
    isRight: ({ refusal }) => refusal !== null && /^spread over \d+ processes/.test(refusal),
  },
  {
    ...CPU,
    name: "orphan",
    what: "the child whose parent has ended",
    start(stage) {
      const [group, program] = [stage.group(), stage.program("stray")];
      stage.start(group, ["sh", "-c", `${program} ${stage.perl("stray.pl", "duty(0.9);")} & exit 0`]);
      return { groups: [group], innocents: [] };
    },
    isRight: named(/^stray$/),
  },
  {
    ...CPU,
    name: "exec",
    what: "the program that another one became",
    start(stage) {
      const [group, program] = [stage.group(), stage.program("transcode")];
      const work = stage.perl("work.pl", "duty(0.9);");
      stage.start(group, ["perl", stage.perl("launch.pl", `burn(${stage.between(0.5, 2)}); exec "${program}", "${work}";`)]);
      return { groups: [group], innocents: [] };
    },
    isRight: named(/^transcode$/, ["process"]),
  },
];
