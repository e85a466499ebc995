/**
 * A reference model of the documented rules (docs/alerts.md), and random lives of a machine that are held against it: values, edits of
 * rules, restarts, steps of the clock, acknowledgements, silences.
 *
 * The state of each rule is predicted exactly. Of the messages the model knows what was promised: nothing is told while it is silenced,
 * what fires is told in time and so is its end, in order, with the right severity, and reminders come neither too early nor to who knows.
 */
import fc from "fast-check";
import type { AlertRule, Severity } from "../../src/domain/alert";
import type { Silence } from "../../src/domain/silence";
import { ROUTING, ruleOn, World } from "./alert-world";

const INTERVAL = 5;
const [WAIT, GROUP_INTERVAL, REPEAT] = [30, 300, 1800];
const IN_TIME = WAIT + GROUP_INTERVAL + 3 * INTERVAL;
const FLAP_WITHIN = 900;
const MOST_CHANGES = 4;

const NAMES = ["a", "b", "c"] as const;
type Name = (typeof NAMES)[number];

const RULES: Record<Name, Partial<AlertRule>> = {
  a: {},
  b: { forSeconds: 60, keepFiringForSeconds: 30, op: "below", thresholds: { warning: 0.3, critical: 0.1 }, clearMargin: 0.1 },
  c: { noData: "alert", forSeconds: 10 },
};

type Command =
  | { do: "wait"; seconds: number }
  | { do: "value"; rule: Name; value: number | null }
  | { do: "restart"; off: number }
  | { do: "acknowledge"; rule: Name; forSeconds: number | null }
  | { do: "resolve"; rule: "a" | "b" }
  | { do: "silence"; rule: Name; seconds: number }
  | { do: "edit"; rule: Name; warning: number; critical: number }
  | { do: "remove"; rule: Name }
  | { do: "clock"; stepSeconds: number };

const name = fc.constantFrom(...NAMES);
const steps = (min: number, max: number) => fc.integer({ min, max }).map((count) => count * INTERVAL);

export const lives: fc.Arbitrary<Command[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant("wait" as const), seconds: steps(1, 120) }) },
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constant("value" as const),
        rule: name,
        value: fc.oneof(fc.constantFrom(0, 0.05, 0.15, 0.35, 0.52, 0.78, 0.86, 0.93, 0.99), fc.constant(null)),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("restart" as const), off: steps(1, 20) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant("acknowledge" as const),
        rule: name,
        forSeconds: fc.oneof(fc.constant(null), steps(12, 200)),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant("resolve" as const), rule: fc.constantFrom("a" as const, "b" as const) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("silence" as const), rule: name, seconds: steps(2, 150) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant("edit" as const),
        rule: name,
        warning: fc.constantFrom(0.2, 0.4, 0.8, 0.9),
        critical: fc.constantFrom(0.3, 0.6, 0.95),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("remove" as const), rule: name }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant("clock" as const), stepSeconds: fc.integer({ min: -100_000, max: 100_000 }) }),
    },
  ),
  { minLength: 3, maxLength: 40 },
);

const RANK: Record<Severity, number> = { info: 0, warning: 1, critical: 2 };

/** What a rule is in, as the documents say it. */
interface Expected {
  phase: "inactive" | "pending" | "firing" | "handled";
  severity: Severity | null;
  /** Seconds that it has been beyond a threshold, has been clear, and has been without a reading. */
  beyond: number;
  clear: number;
  missing: number;
}

const CALM: Expected = { phase: "inactive", severity: null, beyond: 0, clear: 0, missing: 0 };

class ReferenceRule {
  now: Expected = { ...CALM };
  /** What a restart comes back with: written when the phase or the severity changes. */
  private kept: Expected = { ...CALM };
  isEdited = false;

  constructor(public rule: AlertRule) {}

  set(next: Expected): void {
    const moved = next.phase !== this.now.phase || next.severity !== this.now.severity;
    this.now = next;
    if (moved) this.kept = { ...next };
  }

  restart(): void {
    // How long a condition has held is waited for anew.
    this.now = this.kept.phase === "pending" ? { ...CALM } : { ...this.kept };
    this.isEdited = false;
  }

  /** The highest severity that a value reaches; one that is held is only left beyond the margin. */
  private level(value: number, held: Severity | null): Severity | null {
    const { op, thresholds, clearMargin } = this.rule;
    const reached = (["critical", "warning", "info"] as const).find((severity) => {
      const limit = thresholds[severity];
      if (limit === undefined) return false;
      const margin = held !== null && RANK[severity] <= RANK[held] ? clearMargin : 0;
      return op === "above" ? value >= limit - margin : value <= limit + margin;
    });
    return reached ?? null;
  }

  tick(value: number | null): void {
    const { now, rule } = this;
    if (value === null) {
      const missing = now.missing + INTERVAL;
      if (rule.noData === "alert") {
        if (missing >= 30 && now.phase !== "firing" && now.phase !== "handled")
          this.set({ ...CALM, phase: "firing", severity: "warning", missing });
        else this.set({ ...now, missing });
      } else this.set(missing >= 120 ? { ...CALM, missing } : { ...now, missing });
      return;
    }
    const holds = (now.phase === "firing" || now.phase === "handled") && !this.isEdited;
    const severity = this.level(value, holds ? now.severity : null);
    const { isEdited } = this;
    this.isEdited = false;
    const seen = { ...now, missing: 0 };
    if (severity !== null) {
      const beyond = now.phase === "pending" ? now.beyond + INTERVAL : 0;
      if (now.phase === "handled") this.set(seen);
      else if (now.phase === "firing") this.set({ ...seen, severity, clear: 0 });
      else if (beyond >= rule.forSeconds) this.set({ ...CALM, phase: "firing", severity });
      else this.set({ ...seen, phase: "pending", severity, beyond, clear: 0 });
      return;
    }
    const clear = now.clear + INTERVAL;
    if (now.phase === "firing" && clear < rule.keepFiringForSeconds && !isEdited) this.set({ ...seen, clear });
    else this.set({ ...CALM });
  }
}

/** One alert from its beginning to its end, and what was told of it. */
interface Life {
  rule: Name;
  /** Since when nothing has kept it from being told. */
  freeSince: number;
  told: { second: number; kind: string; severity: Severity }[];
  acknowledgedUntil: number | null;
  /** When its last acknowledgement ended. */
  acknowledgementEnded: number;
  endedAt: number | null;
}

type Told = { kind: string; id: string; rule: Name; severity: Severity }[];

class Checked {
  private readonly rules: Record<Name, ReferenceRule>;
  private readonly removed = new Set<Name>();
  private silences: Silence[] = [];
  private silencedUntil: Record<Name, number> = { a: 0, b: 0, c: 0 };
  private readonly lives = new Map<string, Life>();
  /** Seconds at which a rule fired or resolved, and at which it rose. */
  private readonly changes: Record<Name, number[]> = { a: [], b: [], c: [] };
  /** Rules that have changed too often: they are told less. */
  private readonly flapping = new Set<Name>();
  private readonly world: World;
  private messages: { second: number; items: Told }[] = [];

  constructor() {
    this.rules = Object.fromEntries(NAMES.map((one) => [one, new ReferenceRule(ruleOn(one, RULES[one]))])) as typeof this.rules;
    const timing = { groupWaitMs: WAIT * 1000, groupIntervalMs: GROUP_INTERVAL * 1000, repeatIntervalMs: REPEAT * 1000 };
    const options = {
      ...ROUTING,
      timing,
      rules: this.current(),
      message: (items: readonly { kind: string; alert: { id: string; rule: string; severity: Severity } }[]) => {
        this.messages.push({
          second: this.world.second,
          items: items.map(({ kind, alert }) => ({ kind, id: alert.id, rule: alert.rule as Name, severity: alert.severity })),
        });
        return "";
      },
    };
    this.world = new World(options, INTERVAL);
    this.world.values = { a: 0.52, b: 0.52, c: 0.52 };
  }

  private current(): AlertRule[] {
    return NAMES.filter((one) => !this.removed.has(one)).map((one) => this.rules[one].rule);
  }

  private alertOf(rule: Name) {
    return this.world.manager.active().find((alert) => alert.rule === rule);
  }

  async run(commands: readonly Command[]): Promise<void> {
    for (const command of commands) {
      await this.apply(command);
      this.look();
      this.hear();
    }
    await this.wait(4 * IN_TIME);
  }

  private async wait(seconds: number): Promise<void> {
    const until = this.world.second + seconds;
    while (this.world.second < until) {
      const values = { ...this.world.values };
      await this.world.until(this.world.second + INTERVAL);
      for (const one of NAMES) if (!this.removed.has(one)) this.rules[one].tick(values[one] ?? null);
      this.look();
      this.hear();
    }
  }

  private async apply(command: Command): Promise<void> {
    const { world } = this;
    switch (command.do) {
      case "wait":
        return this.wait(command.seconds);
      case "value":
        world.values = { ...world.values, [command.rule]: command.value };
        return this.wait(INTERVAL);
      case "restart": {
        // Instances of series that are gone are not in memory again before they come back.
        await world.restart(command.off, { rules: this.current(), silences: this.silences });
        for (const one of NAMES) this.rules[one].restart();
        this.disturb();
        return;
      }
      case "acknowledge": {
        const alert = this.alertOf(command.rule);
        if (!alert) return;
        const forMs = command.forSeconds === null ? undefined : command.forSeconds * 1000;
        await world.manager.acknowledge(alert.id, { by: "ann", note: null, forMs, now: world.now });
        const life = this.lives.get(alert.id);
        if (life)
          life.acknowledgedUntil = command.forSeconds === null ? Number.POSITIVE_INFINITY : world.second + command.forSeconds;
        return;
      }
      case "resolve": {
        const alert = this.alertOf(command.rule);
        if (!alert) return;
        const { now } = this.rules[command.rule];
        await world.manager.resolve(alert.id, { note: null, now: world.now });
        this.rules[command.rule].set({ ...CALM, phase: "handled", severity: now.severity });
        return;
      }
      case "silence": {
        const { rule, seconds } = command;
        const window = { kind: "once" as const, from: world.now, until: world.now + seconds * 1000 };
        this.silences = [...this.silences, { id: String(world.second), rule, match: {}, note: "", createdBy: null, window }];
        this.silencedUntil[rule] = Math.max(this.silencedUntil[rule], world.second + seconds);
        world.manager.setSilences(this.silences);
        return;
      }
      case "edit": {
        const reference = this.rules[command.rule];
        const { warning, critical } = command;
        const { thresholds } = reference.rule;
        reference.rule = { ...reference.rule, thresholds: { warning, critical } };
        const wasThere = !this.removed.delete(command.rule);
        if (wasThere && (thresholds.warning !== warning || thresholds.critical !== critical)) reference.isEdited = true;
        this.configure();
        return;
      }
      case "remove":
        if (this.removed.has(command.rule)) return;
        this.removed.add(command.rule);
        this.rules[command.rule].set({ ...CALM });
        this.configure();
        return;
      case "clock": {
        world.setClock(command.stepSeconds * 1000);
        // A silence is a promise by the wall clock: those that were made are made anew.
        this.silences = [];
        for (const one of NAMES) this.silencedUntil[one] = Math.min(this.silencedUntil[one], world.second);
        world.manager.setSilences([]);
        this.disturb();
        this.hear();
        // The step is noticed with a sample.
        await this.wait(INTERVAL);
      }
    }
  }

  private configure(): void {
    const { world } = this;
    const timing = { groupWaitMs: WAIT * 1000, groupIntervalMs: GROUP_INTERVAL * 1000, repeatIntervalMs: REPEAT * 1000 };
    world.manager.configure({ ...ROUTING, timing, rules: this.current() }, () => {}, world.now);
  }

  private disturb(): void {
    for (const life of this.lives.values()) life.freeSince = this.world.second;
  }

  /** The alerts that fire are those that the model expects. */
  private look(): void {
    const { second } = this.world;
    const active = this.world.manager.active();
    for (const one of NAMES) {
      const { phase, severity } = this.rules[one].now;
      const expected = phase === "firing" && !this.removed.has(one) ? severity : null;
      const alert = active.find(({ rule }) => rule === one);
      const found = alert?.severity ?? null;
      if (found !== expected) throw new Error(`second ${second}: ${one} is ${found}, expected ${expected}`);
      this.follow(one, alert);
    }
  }

  private follow(one: Name, alert: { id: string; severity: Severity } | undefined): void {
    const { second } = this.world;
    const open = [...this.lives].find(([, life]) => life.rule === one && life.endedAt === null);
    if (open && open[0] !== alert?.id) {
      open[1].endedAt = second;
      open[1].freeSince = Math.max(open[1].freeSince, second);
      this.changed(one);
    }
    if (alert && !this.lives.has(alert.id)) {
      this.lives.set(alert.id, {
        rule: one,
        freeSince: second,
        told: [],
        acknowledgedUntil: null,
        acknowledgementEnded: 0,
        endedAt: null,
      });
      this.severities.set(alert.id, alert.severity);
      this.changed(one);
    }
    if (!alert) return;
    const life = this.lives.get(alert.id) as Life;
    const before = this.severities.get(alert.id) as Severity;
    this.severities.set(alert.id, alert.severity);
    if (RANK[alert.severity] > RANK[before]) {
      life.acknowledgedUntil = null;
      this.changed(one);
    }
    if (life.acknowledgedUntil !== null && life.acknowledgedUntil <= second) {
      life.acknowledgedUntil = null;
      life.acknowledgementEnded = second;
    }
    if (this.isSilenced(one)) life.freeSince = second;
  }

  private readonly severities = new Map<string, Severity>();

  private changed(one: Name): void {
    const { second } = this.world;
    this.changes[one] = [...this.changes[one].filter((at) => at > second - FLAP_WITHIN), second];
    if (this.changes[one].length > MOST_CHANGES) this.flapping.add(one);
  }

  private isSilenced(one: Name): boolean {
    return this.silencedUntil[one] > this.world.second;
  }

  /** What was told since the last look, and what should have been. */
  private hear(): void {
    const { second } = this.world;
    for (const { second: at, items } of this.messages) {
      const ids = new Set(items.map(({ id }) => id));
      if (ids.size < items.length) throw new Error(`second ${at}: an alert stands twice in one message`);
      for (const item of items) this.heard(item, at);
    }
    this.messages = [];
    for (const [id, life] of this.lives) {
      if (life.endedAt !== null && this.isSilenced(life.rule)) life.freeSince = second;
      if (this.flapping.has(life.rule) || second - life.freeSince <= IN_TIME) continue;
      const last = life.told.at(-1);
      if (life.endedAt === null && !last) throw new Error(`second ${second}: nobody was told of ${id}, rule ${life.rule}`);
      if (life.endedAt !== null && last && last.kind !== "resolved")
        throw new Error(`second ${second}: nobody was told of the end of ${id}, rule ${life.rule}`);
    }
  }

  private heard({ kind, id, rule, severity }: Told[number], at: number): void {
    const life = this.lives.get(id);
    const where = `second ${at}: ${kind} of ${id}, rule ${rule}`;
    if (!life) throw new Error(`${where}, which the model has not seen`);
    // The manager looked at silences before the second that has passed since.
    if (this.silencedUntil[rule] > at) throw new Error(`${where} while it is silenced`);
    const last = life.told.at(-1);
    if (last?.kind === "resolved") throw new Error(`${where} after its end`);
    if (kind === "resolved" && !last) throw new Error(`${where}, of which nobody was told`);
    if (kind === "fired" && last && !this.flapping.has(rule)) throw new Error(`${where} a second time`);
    if (kind !== "resolved" && severity !== this.severities.get(id)) throw new Error(`${where} as ${severity}`);
    if (kind === "repeated") {
      if (life.acknowledgedUntil !== null) throw new Error(`${where} while it is acknowledged`);
      const reminds = last === undefined || life.acknowledgementEnded > last.second;
      if (!reminds && at - last.second < REPEAT - INTERVAL) throw new Error(`${where}, ${at - last.second} s after the last`);
    }
    life.told.push({ second: at, kind, severity });
  }
}

/** Lives one life beside the model; throws with the second at which they part. */
export async function liveBesideModel(commands: readonly Command[]): Promise<void> {
  await new Checked().run(commands);
}
