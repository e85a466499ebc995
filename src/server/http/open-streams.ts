/** Event streams that are open: how many, and whether those who read them still may. */
import type { ServerResponse } from "node:http";

const MAX_STREAMS = 1000;
/** A revoked login or token loses its streams after so long. */
const RECHECK_MS = 10_000;

type StillAllowed = () => Promise<boolean>;

export class OpenStreams {
  private readonly open = new Map<ServerResponse, StillAllowed | null>();
  private timer: NodeJS.Timeout | undefined;

  /** False when there are too many. `stillAllowed` is null for whoever needs no login. */
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
      // A database that cannot be asked just now ends nobody's stream.
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
