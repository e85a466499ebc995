/** Rate limits per client. In memory: a restart resets them. */
import { RateLimiterMemory, type RateLimiterRes } from "rate-limiter-flexible";
import { clientKey, isLoopbackAddress } from "./client-address";
import type { RateClass } from "./routes";

interface Limit {
  points: number;
  seconds: number;
  /** Loopback clients (programs and tests on this machine) get ten times the quota. */
  tenfoldOnLoopback: boolean;
}

/** `stranger`: clients without a login that need one. */
export type LimitName = Exclude<RateClass, "login"> | "stranger";

const LIMITS: Readonly<Record<LimitName, Limit>> = {
  read: { points: 600, seconds: 60, tenfoldOnLoopback: true },
  history: { points: 120, seconds: 60, tenfoldOnLoopback: true },
  write: { points: 60, seconds: 60, tenfoldOnLoopback: true },
  export: { points: 10, seconds: 60, tenfoldOnLoopback: true },
  test: { points: 5, seconds: 60, tenfoldOnLoopback: true },
  stream: { points: 100, seconds: 60, tenfoldOnLoopback: false },
  stranger: { points: 60, seconds: 60, tenfoldOnLoopback: true },
};

/** Distinct keys per minute. Further clients share one key. */
const MAX_KEYS = 50_000;
const MINUTE_MS = 60_000;

export interface RateLimitResult {
  allowed: boolean;
  headers: Record<string, string>;
}

const FREE: RateLimitResult = { allowed: true, headers: {} };

export class RateLimits {
  private readonly limiters = new Map<string, RateLimiterMemory>();
  private keys = new Set<string>();
  private keysSince = 0;

  constructor(private readonly enabled: boolean) {}

  /** `key` is a user or a token. Without it the client's address is used. */
  async take(
    name: LimitName,
    { address, key, points = 1 }: { address: string; key?: string; points?: number },
  ): Promise<RateLimitResult> {
    if (!this.enabled) return FREE;
    const { seconds, tenfoldOnLoopback, ...limit } = LIMITS[name];
    const quota = tenfoldOnLoopback && isLoopbackAddress(address) ? limit.points * 10 : limit.points;
    const limiter = this.limiter(name, quota, seconds);
    try {
      return {
        allowed: true,
        headers: headersOf(name, quota, seconds, await limiter.consume(this.known(key ?? clientKey(address)), points)),
      };
    } catch (refusal) {
      // The limiter rejects with a RateLimiterRes, which is not an Error.
      if (refusal instanceof Error) throw refusal;
      return { allowed: false, headers: headersOf(name, quota, seconds, refusal as RateLimiterRes) };
    }
  }

  private limiter(name: LimitName, points: number, duration: number): RateLimiterMemory {
    const id = `${name} ${points}`;
    const limiter = this.limiters.get(id) ?? new RateLimiterMemory({ points, duration, keyPrefix: "" });
    this.limiters.set(id, limiter);
    return limiter;
  }

  private known(key: string): string {
    const now = performance.now();
    if (now - this.keysSince > MINUTE_MS) {
      this.keysSince = now;
      this.keys = new Set();
    }
    if (this.keys.size >= MAX_KEYS && !this.keys.has(key)) return "the rest";
    this.keys.add(key);
    return key;
  }
}

function headersOf(name: LimitName, quota: number, seconds: number, left: RateLimiterRes): Record<string, string> {
  const reset = Math.max(1, Math.ceil(left.msBeforeNext / 1000));
  return {
    "RateLimit-Policy": `"${name}";q=${quota};w=${seconds}`,
    RateLimit: `"${name}";r=${left.remainingPoints};t=${reset}`,
    ...(left.consumedPoints > quota && { "Retry-After": String(reset) }),
  };
}
