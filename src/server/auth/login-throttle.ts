/**
 * Slows down guessing of passwords. Wrong tries make the next one wait, longer with each: by account and network, by network, and a
 * little by account alone. A device that has logged in to an account before waits for nothing but its own wrong tries, so that strangers
 * cannot shut anybody out. A refused try counts for nothing. In memory, with the clock as an argument.
 */

interface Allowance {
  /** Wrong tries without a wait. */
  free: number;
  longestMs: number;
}

const PAIR: Allowance = { free: 10, longestMs: 900_000 };
const NETWORK: Allowance = { free: 20, longestMs: 900_000 };
/** Guessers with many networks: short, since the owner may be at a new device. */
const ACCOUNT: Allowance = { free: 100, longestMs: 10_000 };
const DEVICE: Allowance = { free: 10, longestMs: 900_000 };
/** All devices of an account from one network: each login makes one. */
const DEVICES: Allowance = { free: 30, longestMs: 900_000 };

/** Wrong tries are forgotten after this long without another. */
const FORGET_MS = 900_000;
const MAX_KEYS = 50_000;
const TELL_EVERY_MS = 60_000;
/** Networks whose refused tries are written down in a minute. */
const MAX_TOLD = 20;

export interface LoginTry {
  /** Lower case; need not exist. */
  account: string;
  network: string;
  /** The id of a device that has logged in to this account before; null for others. */
  device: string | null;
}

interface Failures {
  count: number;
  /** Milliseconds of the last one. */
  at: number;
}

export class LoginThrottle {
  /** Networks of which a refused try was told in the current minute. */
  private told = new Set<string>();
  private toldSince = Number.NEGATIVE_INFINITY;

  /** Whether to write down that a try was refused: once a minute for each network, so that a flood fills no log. */
  tells({ network }: LoginTry, now: number): boolean {
    if (now - this.toldSince > TELL_EVERY_MS) {
      this.told = new Set();
      this.toldSince = now;
    }
    if (this.told.has(network) || this.told.size >= MAX_TOLD) return false;
    this.told.add(network);
    return true;
  }

  /** The last one that failed is at the end. */
  private readonly failures = new Map<string, Failures>();

  /** How long this try has to wait; 0 if it may go on. `now` is monotonic. */
  waitMs(attempt: LoginTry, now: number): number {
    return Math.max(0, ...keysOf(attempt).map(([key, allowance]) => waitOf(this.failures.get(key), allowance, now)));
  }

  failed(attempt: LoginTry, now: number): void {
    for (const [key] of keysOf(attempt)) {
      const before = this.failures.get(key);
      const count = before === undefined || now - before.at > FORGET_MS ? 1 : before.count + 1;
      this.failures.delete(key);
      this.failures.set(key, { count, at: now });
    }
    for (const key of this.failures.keys()) {
      if (this.failures.size <= MAX_KEYS) break;
      this.failures.delete(key);
    }
  }

  /**
   * Takes back what `failed` has counted, and what this network or device did wrong on this account before. Wrong tries of others on the
   * account stay counted: a login of its owner helps no guesser.
   */
  succeeded(attempt: LoginTry): void {
    const [own = "", ...shared] = keysOf(attempt).map(([key]) => key);
    this.failures.delete(own);
    for (const key of shared) {
      const counted = this.failures.get(key);
      if (counted === undefined || counted.count <= 1) this.failures.delete(key);
      else counted.count--;
    }
  }
}

/** The first is the client's own. */
function keysOf({ account, network, device }: LoginTry): [string, Allowance][] {
  if (device !== null) {
    return [
      [`device ${device}`, DEVICE],
      [`devices of ${account} from ${network}`, DEVICES],
    ];
  }
  return [
    [`account ${account} from ${network}`, PAIR],
    [`network ${network}`, NETWORK],
    [`account ${account}`, ACCOUNT],
  ];
}

function waitOf(failures: Failures | undefined, { free, longestMs }: Allowance, now: number): number {
  if (failures === undefined || failures.count < free || now - failures.at > FORGET_MS) return 0;
  return failures.at + Math.min(longestMs, 1000 * 2 ** (failures.count - free)) - now;
}
