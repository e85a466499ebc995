/** Who hears of what, and when: channels, grouping, repeats, silences and flapping. Holds no clock and does no I/O. */
import type { Alert, Severity } from "~/domain/alert";
import { seriesKey } from "~/domain/sample";
import { type FlapState, hasSettled, isForgotten, noteChange, STEADY } from "./flap";
import { type AlertNews, addNews, decideGroup, type GroupState, type GroupTiming, QUIET } from "./group";

/** What is needed of a channel: who it is and what it wants to hear. */
export interface Channel {
  name: string;
  severities: readonly Severity[];
}

export interface TellingOptions {
  channels: readonly Channel[];
  timing: GroupTiming & { repeatMs: number };
}

export interface Spoken {
  channel: string;
  news: readonly { kind: AlertNews["kind"]; alert: Alert }[];
}

type IsMuted = (alert: Alert) => boolean;

interface Held {
  news: AlertNews;
  alert: Alert;
  channels: readonly string[] | null;
}

export class Telling {
  private readonly groups = new Map<string, GroupState>();
  private readonly touched = new Set<string>();
  /** By channel, what happened since it was looked at last. */
  private readonly unheard = new Map<string, AlertNews[]>();
  /** Alerts that a channel has still to tell, or has told, as they were last. */
  private readonly latest = new Map<string, Alert>();
  /** News that a silence keeps back. */
  private readonly held = new Map<string, Held>();
  private readonly flaps = new Map<string, FlapState>();
  private readonly repeatedAt = new Map<string, number>();

  constructor(private options: TellingOptions) {}

  configure(options: TellingOptions): void {
    this.options = options;
  }

  /** Alerts that the groups still have to speak of. */
  waitingIds(): string[] {
    return [...new Set([...this.groups.values()].flatMap(({ waiting }) => waiting.map(({ alertId }) => alertId)))];
  }

  /** Takes up how things stood, before `restoreAlerts`. */
  restoreGroups(groups: ReadonlyMap<string, GroupState>): void {
    for (const [channel, state] of groups) this.groups.set(channel, state);
  }

  /** What fires and was not told before the last run ended is told now. */
  restoreAlerts(open: readonly Alert[], others: readonly Alert[], channelsOf: (alert: Alert) => readonly string[] | null): void {
    for (const alert of [...open, ...others]) this.latest.set(alert.id, alert);
    const lastSpoken = Math.max(0, ...[...this.groups.values()].map(({ lastSentAt }) => lastSentAt ?? 0));
    const known = new Map(
      this.options.channels.map(({ name }) => {
        const { told, waiting } = this.group(name);
        return [name, new Set([...told, ...waiting.map(({ alertId }) => alertId)])];
      }),
    );
    for (const alert of open) {
      this.repeatedAt.set(alert.id, Math.max(lastSpoken, alert.startedAt));
      const news: AlertNews = { alertId: alert.id, kind: "fired", severity: alert.severity, at: alert.startedAt };
      for (const channel of this.channelsFor(alert, channelsOf(alert))) {
        if (!known.get(channel)?.has(alert.id)) this.queue(channel, news);
      }
    }
  }

  /** What came and went before the last run ended goes on counting. Alerts in any order. */
  restoreFlaps(alerts: readonly Alert[]): void {
    const changes = alerts.flatMap((alert) =>
      [alert.startedAt, alert.resolvedAt].flatMap((at) => (at === null ? [] : [{ alert, at }])),
    );
    for (const { alert, at } of changes.sort((a, b) => a.at - b.at)) {
      const key = keyOf(alert);
      const { state } = noteChange(this.flaps.get(key) ?? STEADY, alert.id, at);
      this.flaps.set(key, state);
      if (state.noticed === alert.id) this.latest.set(alert.id, alert);
    }
  }

  /** Something happened to an alert. `key` names its rule and series: flapping goes over several alerts. */
  hear(
    { kind, alert, at }: { kind: "fired" | "escalated" | "resolved"; alert: Alert; at: number },
    { key, channels, isMuted }: { key: string; channels: readonly string[] | null; isMuted: IsMuted },
  ): void {
    const news: AlertNews = { alertId: alert.id, kind, severity: alert.severity, at };
    if (kind === "resolved") this.repeatedAt.delete(alert.id);
    if (kind !== "escalated") {
      const { state, verdict } = noteChange(this.flaps.get(key) ?? STEADY, alert.id, at);
      this.flaps.set(key, state);
      if (verdict === "quiet") return;
      if (verdict === "notice") news.kind = "flapping";
    }
    this.pass({ news, alert, channels }, isMuted);
  }

  /** Told, or kept back as long as the alert is muted. */
  private pass(one: Held, isMuted: IsMuted): void {
    const { news, alert, channels } = one;
    if (isMuted(alert)) {
      // What fired and went while nobody was to be told is nobody's trouble.
      if (news.kind === "resolved" && this.held.get(alert.id)?.news.kind === "fired") this.held.delete(alert.id);
      else this.held.set(alert.id, one);
      return;
    }
    this.held.delete(alert.id);
    this.latest.set(news.alertId, alert);
    for (const channel of this.channelsFor(alert, channels)) this.queue(channel, news);
  }

  /** Looks whether something that was kept back, flapped or waits for a reminder is due. */
  look(
    open: ReadonlyMap<string, Alert>,
    now: number,
    about: { isMuted: IsMuted; channelsOf: (alert: Alert) => readonly string[] | null },
  ): void {
    const { isMuted, channelsOf } = about;
    for (const held of [...this.held.values()]) if (!isMuted(held.alert)) this.pass(held, isMuted);
    for (const [key, state] of this.flaps) {
      if (hasSettled(state, now)) this.settle(key, state, { open, now, isMuted, channelsOf });
      else if (isForgotten(state, now)) this.flaps.delete(key);
    }
    for (const alert of open.values()) {
      if (alert.severity !== "critical" || alert.acknowledgedAt !== null) continue;
      if (now - (this.repeatedAt.get(alert.id) ?? alert.startedAt) < this.options.timing.repeatMs || isMuted(alert)) continue;
      this.repeatedAt.set(alert.id, now);
      const news: AlertNews = { alertId: alert.id, kind: "repeated", severity: alert.severity, at: now };
      this.pass({ news, alert, channels: channelsOf(alert) }, isMuted);
    }
  }

  private settle(
    key: string,
    { noticed }: FlapState,
    about: {
      open: ReadonlyMap<string, Alert>;
      now: number;
      isMuted: IsMuted;
      channelsOf: (alert: Alert) => readonly string[] | null;
    },
  ): void {
    this.flaps.delete(key);
    const told = noticed === null ? undefined : this.latest.get(noticed);
    if (!told) return;
    const now = [...about.open.values()].find(({ rule, metric, labels }) => key === keyOf({ rule, metric, labels }));
    const kind = now ? ("fired" as const) : ("resolved" as const);
    const alert: Alert = now ?? { ...told, state: "resolved", resolvedAt: told.resolvedAt ?? about.now };
    const news: AlertNews = { alertId: now?.id ?? told.id, kind, severity: alert.severity, at: about.now };
    this.pass({ news, alert, channels: about.channelsOf(alert) }, about.isMuted);
  }

  /** What each channel is to say now. Forgets what nobody has to speak of any more. */
  speak(open: ReadonlyMap<string, Alert>, now: number): Spoken[] {
    const spoken: Spoken[] = [];
    for (const [channel, news] of this.unheard) this.setGroup(channel, addNews(this.group(channel), news));
    this.unheard.clear();
    for (const { name } of this.options.channels) {
      const before = this.group(name);
      if (before.waiting.length === 0) continue;
      const { state, send } = decideGroup(before, now, this.options.timing);
      if (send.length === 0) continue;
      this.setGroup(name, state);
      const news = send.flatMap(({ alertId, kind }) => {
        const alert = (kind === "resolved" ? undefined : open.get(alertId)) ?? this.latest.get(alertId);
        return alert ? [{ kind, alert }] : [];
      });
      if (news.length > 0) spoken.push({ channel: name, news });
    }
    if (spoken.length > 0) this.forget(open);
    return spoken;
  }

  /** Groups that changed since the last call, to be stored with what changed them. */
  takeTouched(): Map<string, GroupState> {
    const changed = new Map([...this.touched].map((channel) => [channel, this.group(channel)]));
    this.touched.clear();
    return changed;
  }

  private forget(open: ReadonlyMap<string, Alert>): void {
    const needed = new Set([...this.waitingIds(), ...[...this.flaps.values()].map(({ noticed }) => noticed)]);
    for (const id of this.latest.keys()) if (!open.has(id) && !needed.has(id)) this.latest.delete(id);
  }

  private channelsFor(alert: Alert, wanted: readonly string[] | null): string[] {
    return this.options.channels.flatMap(({ name, severities }) =>
      severities.includes(alert.severity) && (wanted === null || wanted.includes(name)) ? [name] : [],
    );
  }

  private queue(channel: string, news: AlertNews): void {
    const waiting = this.unheard.get(channel);
    if (waiting) waiting.push(news);
    else this.unheard.set(channel, [news]);
  }

  private group(channel: string): GroupState {
    return this.groups.get(channel) ?? QUIET;
  }

  private setGroup(channel: string, state: GroupState): void {
    this.groups.set(channel, state);
    this.touched.add(channel);
  }
}

/** A rule and the series it is about, as one text. */
export function keyOf({ rule, metric, labels }: Pick<Alert, "rule" | "metric" | "labels">): string {
  return `${rule} ${seriesKey({ metric, labels })}`;
}
