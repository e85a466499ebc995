/** Backtests a rule on past frames with the code that evaluates it live. Reads no clock and does no I/O. */
import { type Alert, type AlertRule, INACTIVE, rank, SEVERITIES, type Severity, type Transition } from "~/domain/alert";
import { UNKNOWN_CAUSE } from "~/domain/contributor";
import type { Frame } from "~/domain/derive";
import { builtInDefinition } from "~/domain/metric";
import type { Labels } from "~/domain/sample";
import { firedAlert, further } from "./changed-alert";
import { evaluate } from "./evaluate";
import { type AlertInstance, AlertInstances, countedSeconds } from "./instances";
import type { BandOf } from "./judgement";
import { NotificationRouter, type RouterOptions } from "./notification-router";

export interface BacktestInput {
  /** Oldest first; `seconds` is the monotonic time since the previous frame, NaN if unknown. */
  frames: Iterable<{ frame: Frame; seconds: number }>;
  intervalSeconds: number;
  /** For a rule that asks for the unusual. */
  bandOf?: BandOf;
}

export interface ReplayedTransition {
  at: number;
  /** Rule and series. */
  key: string;
  kind: Transition["kind"];
  severity: Severity;
  value: number | null;
}

export interface Firing {
  labels: Labels;
  from: number;
  /** Null if it still fires at the end. */
  to: number | null;
  severity: Severity;
  /** The value furthest beyond the threshold. */
  peak: number | null;
}

export interface Backtest {
  transitions: ReplayedTransition[];
  firings: Firing[];
  /** How many messages a channel with all severities would have sent. */
  messages: number;
  /** Suggested threshold for the lowest severity: fires at most `perWeek` times a week. Null if no threshold does. */
  suggestion: number | null;
}

export interface BacktestOptions {
  timing: RouterOptions["timing"];
  /** Maximum firings a week for the suggestion. */
  perWeek: number;
}

const FRAMES_A_SLICE = 1000;
const CHANNEL = "all";
const MAX_SERIES = 20;
const CANDIDATES = 400;
const WEEK_MS = 7 * 86_400_000;

interface Observed {
  values: number[];
  seconds: number[];
}

/** Yields after each slice of frames and for each candidate threshold. */
export function* backtest(
  rule: AlertRule,
  { frames, intervalSeconds, bandOf }: BacktestInput,
  options: BacktestOptions,
): Generator<undefined, Backtest> {
  const instances = new AlertInstances([rule], builtInDefinition, bandOf);
  const router = new NotificationRouter({
    channels: [{ name: CHANNEL, severities: SEVERITIES }],
    timing: options.timing,
    groupBy: ["rule", "severity"],
    escalate: [],
    rules: [],
  });
  const open = new Map<string, Alert>();
  const firings = new Map<string, Firing>();
  const result: Backtest = { transitions: [], firings: [], messages: 0, suggestion: null };
  const observed = new Map<string, Observed>();
  const about = { channels: null, isMuted: () => false };
  let [first, last, count] = [Number.NaN, Number.NaN, 0];

  for (const { frame, seconds } of frames) {
    if (++count % FRAMES_A_SLICE === 0) yield;
    first = Number.isNaN(first) ? frame.at : first;
    last = frame.at;
    const counted = countedSeconds(seconds, intervalSeconds);
    for (const { instance, value, transition } of instances.advance(frame, counted, open)) {
      const firing = firings.get(instance.key);
      if (firing) firing.peak = further(instance.judged.op, firing.peak, value);
      if (!transition) continue;
      const { kind, severity } = transition;
      result.transitions.push({ at: frame.at, key: instance.key, kind, severity, value });
      const alert = instance.alert
        ? { ...instance.alert, severity }
        : firedAlert(instance, { id: `${frame.at}-${instance.key}`, severity, cause: UNKNOWN_CAUSE, value: null, at: frame.at });
      if (kind === "resolved") {
        instance.alert = null;
        open.delete(alert.id);
        if (firing) result.firings.push({ ...firing, to: frame.at });
        firings.delete(instance.key);
      } else {
        instance.alert = alert;
        open.set(alert.id, alert);
        const worst = firing && rank(firing.severity) > rank(severity) ? firing.severity : severity;
        const { labels } = instance.series;
        firings.set(instance.key, { from: frame.at, to: null, peak: value, labels, ...firing, severity: worst });
      }
      if (kind !== "eased") router.onTransition({ kind, alert, at: frame.at }, { key: instance.key, ...about });
    }
    for (const instance of instances) note(observed, instance, counted);
    router.onTick(open, frame.at, { isMuted: about.isMuted, channelsOf: () => null, escalationOf: () => null });
    result.messages += router.flushDue(open, frame.at, about.isMuted).length;
  }
  result.firings.push(...firings.values());
  const weeks = Math.max(1 / 7, (last - first) / WEEK_MS);
  // What is usual is no choice of the person who writes the rule.
  if (count > 0 && !rule.unusual) result.suggestion = yield* suggest(rule, observed, options.perWeek * weeks);
  return result;
}

function note(observed: Map<string, Observed>, { key, observer }: AlertInstance, seconds: number): void {
  let one = observed.get(key);
  if (!one) {
    if (observed.size >= MAX_SERIES) return;
    one = { values: [], seconds: [] };
    observed.set(key, one);
  }
  one.values.push(observer.value() ?? Number.NaN);
  one.seconds.push(seconds);
}

/** Binary search over the observed values for the threshold closest to normal that fires rarely enough. */
function* suggest(rule: AlertRule, observed: ReadonlyMap<string, Observed>, most: number): Generator<undefined, number | null> {
  const all = [...observed.values()].flatMap(({ values }) => values.filter((value) => !Number.isNaN(value)));
  if (all.length === 0) return null;
  const sign = rule.op === "above" ? 1 : -1;
  const sorted = Float64Array.from(all).sort();
  const ordered = sign > 0 ? sorted : sorted.reverse();
  const at = (place: number) => ordered[Math.round((place / CANDIDATES) * (ordered.length - 1))] as number;
  let [low, high] = [0, CANDIDATES];
  const fits = (place: number) => firingsAbove({ ...rule, thresholds: { warning: beyond(at(place), sign) } }, observed) <= most;
  if (!fits(high)) return null;
  while (low < high) {
    yield;
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) high = middle;
    else low = middle + 1;
  }
  return beyond(at(high), sign);
}

/** Rounds to four digits, as a person would write it, just past an observed value, so that this value alone does not fire. */
function beyond(value: number, sign: number): number {
  const moved = value + sign * Math.max(Math.abs(value) * 0.001, 1e-9);
  const magnitude = 10 ** (3 - Math.floor(Math.log10(Math.abs(moved) || 1)));
  return (sign > 0 ? Math.ceil(moved * magnitude) : Math.floor(moved * magnitude)) / magnitude;
}

function firingsAbove(rule: AlertRule, observed: ReadonlyMap<string, Observed>): number {
  let fired = 0;
  for (const { values, seconds } of observed.values()) {
    let state = INACTIVE;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      const step = evaluate({
        rule,
        previous: state,
        value: Number.isNaN(value) ? null : value,
        elapsedSeconds: seconds[i] as number,
      });
      state = step.state;
      if (step.transition?.kind === "fired") fired++;
    }
  }
  return fired;
}
