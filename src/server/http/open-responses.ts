/**
 * Responses that stay open, or that are large and wait for their client to read them: event streams, downloads, histories. Each client and each user has a share of them, so that nobody shuts the
 * others out. Closes those whose client has lost access or has stopped reading.
 */
import type { ServerResponse } from "node:http";
import type { Caller } from "~/domain/access";
import { clientKey } from "./client-address";

export type OpenKind = "stream" | "download" | "history";

/** Of each client address, and of each user or token. */
const SHARE: Readonly<Record<OpenKind, number>> = { stream: 50, download: 4, history: 16 };
/** Of this machine, without a login. */
const LOCAL_STREAMS = 1000;
const LOCAL_DOWNLOADS = 32;
const LOCAL_HISTORIES = 100;
/** Of all clients that need a login. */
const REMOTE_STREAMS = 1000;
/** A revoked login or token loses its streams within this time. */
const CHECK_EVERY_MS = 10_000;
/** A client that takes nothing for this long, though something is ready for it, is disconnected. */
const STALLED_MS = 60_000;

type StillAllowed = () => Promise<boolean>;

interface Open {
  stillAllowed: StillAllowed;
  /** Monotonic milliseconds of the last time that the client had taken everything. */
  drainedAt: number;
}

/** What counts a response, with the most that may be open. */
function sharesOf(kind: OpenKind, { actor }: Caller, localUser: string | null): [string, number][] {
  if (actor.kind === "local") {
    if (kind === "stream") return [["stream local", LOCAL_STREAMS]];
    if (kind === "history") return [["history local", LOCAL_HISTORIES]];
    return [
      ["download local", LOCAL_DOWNLOADS],
      [`download of account ${localUser}`, SHARE.download],
    ];
  }
  const shares: [string, number][] = [
    [`${kind} from ${clientKey(actor.address)}`, SHARE[kind]],
    [`${kind} of ${actor.kind} ${actor.kind === "user" ? actor.name : actor.id}`, SHARE[kind]],
  ];
  return kind === "stream" ? [...shares, ["stream remote", REMOTE_STREAMS]] : shares;
}

export class OpenResponses {
  private readonly open = new Map<ServerResponse, Open>();
  private readonly counts = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  /** `now` is monotonic. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** False when a share is used up. `localUser` is the account of this machine that asks without a login; null if unknown. */
  admit(
    kind: OpenKind,
    response: ServerResponse,
    { caller, stillAllowed, localUser = null }: { caller: Caller; stillAllowed: StillAllowed; localUser?: string | null },
  ): boolean {
    // The client left while its login was looked up: there is no close to wait for.
    if (response.destroyed) return true;
    const shares = sharesOf(kind, caller, localUser);
    if (shares.some(([share, most]) => (this.counts.get(share) ?? 0) >= most)) return false;
    for (const [share] of shares) this.counts.set(share, (this.counts.get(share) ?? 0) + 1);
    const open = { stillAllowed, drainedAt: this.now() };
    this.open.set(response, open);
    response.on("drain", () => {
      open.drainedAt = this.now();
    });
    response.once("close", () => {
      this.open.delete(response);
      for (const [share] of shares) {
        const left = (this.counts.get(share) ?? 0) - 1;
        if (left > 0) this.counts.set(share, left);
        else this.counts.delete(share);
      }
      if (this.open.size > 0) return;
      clearInterval(this.timer);
      this.timer = undefined;
    });
    this.timer ??= setInterval(() => this.check(), CHECK_EVERY_MS).unref();
    return true;
  }

  check(): void {
    const now = this.now();
    for (const [response, open] of this.open) {
      if (!response.writableNeedDrain) open.drainedAt = now;
      else if (now - open.drainedAt > STALLED_MS) response.destroy();
      // Keep the stream when the database cannot answer right now.
      open.stillAllowed().then(
        (allowed) => {
          if (!allowed) response.destroy();
        },
        () => {},
      );
    }
  }
}
