/** Asks an address while samples arrive and messages leave, so that somebody outside notices when they do not. */
import { sendRequests } from "../notifiers/http-sender";

/** Samples may be late by that many intervals. */
const LATE_INTERVALS = 5;
/** A message may wait so long: a receiver that is busy for a moment is no silence of ours. */
const MOST_WAITING_MS = 15 * 60_000;

export interface Life {
  /** When the newest sample was taken, and how often that is, in milliseconds. */
  sampledAt: number | null;
  intervalMs: number;
  /** Since when the oldest message waits; null when none does. */
  waitingSince: number | null;
}

/** Why nobody should be told that all is well; null if it is. Alerts that fire are no reason. */
export function silenceReason({ sampledAt, intervalMs, waitingSince }: Life, now: number): string | null {
  if (sampledAt === null || now - sampledAt > LATE_INTERVALS * intervalMs + 5000) return "no new samples";
  if (waitingSince !== null && now - waitingSince > MOST_WAITING_MS) return "notifications cannot be sent";
  return null;
}

export interface Heartbeat {
  url: () => string;
  intervalMs: number;
  publicOnly: boolean;
}

export interface HeartbeatParts {
  /** Null when none is configured. */
  heartbeat: () => Heartbeat | null;
  life: () => Promise<Life>;
  log: { warn(text: string): void };
}

export interface Heartbeats {
  /** Call it each few seconds. One request is under way at most. */
  tick(now: number): Promise<void>;
}

export function createHeartbeat({ heartbeat, life, log }: HeartbeatParts): Heartbeats {
  let askedAt = Number.NEGATIVE_INFINITY;
  let isAsking = false;
  let failed: string | null = null;
  return {
    async tick(now) {
      const one = heartbeat();
      if (one === null || isAsking || Math.abs(now - askedAt) < one.intervalMs) return;
      isAsking = true;
      askedAt = now;
      try {
        const reason = silenceReason(await life(), now);
        if (reason !== null) return;
        const request = { method: "GET" as const, url: one.url(), headers: {}, body: "" };
        const result = await sendRequests([request], { publicOnly: one.publicOnly, key: "heartbeat" });
        const failure = result.ok ? null : result.outcome;
        if (failure !== null && failure !== failed) log.warn(`cannot send the heartbeat: ${failure}`);
        failed = failure;
      } catch (error) {
        log.warn(`cannot send the heartbeat: ${error instanceof Error ? error.message : String(error)}`);
      } finally {
        isAsking = false;
      }
    },
  };
}
