/** Limits the open event streams, and closes those whose client has lost access. */
import type { ServerResponse } from "node:http";

const MAX_STREAMS = 1000;
/** A revoked login or token loses its streams within this time. */
const RECHECK_MS = 10_000;

type StillAllowed = () => Promise<boolean>;

export class OpenStreams {
  private readonly open = new Map<ServerResponse, StillAllowed | null>();
  private timer: NodeJS.Timeout | undefined;

  /** False when too many are open. `stillAllowed` is null for clients that need no login. */
  admit(response: ServerResponse, stillAllowed: StillAllowed | null): boolean {
    if (this.open.size >= MAX_STREAMS) return false;
    this.open.set(response, stillAllowed);
    response.once("close", () => {
      this.open.delete(response);
      if (this.open.size === 0) this.stopChecking();
    });
    if (stillAllowed && !this.timer) {
      this.timer = setInterval(() => this.recheck(), RECHECK_MS);
      this.timer.unref();
    }
    return true;
  }

  private recheck(): void {
    for (const [response, stillAllowed] of this.open) {
      // Keep the stream when the database cannot answer right now.
      stillAllowed?.().then(
        (allowed) => {
          if (!allowed) response.destroy();
        },
        () => {},
      );
    }
  }

  private stopChecking(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
