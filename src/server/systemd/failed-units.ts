/** Keeps the list of failed units: asks every fifteen seconds, where systemd is the init system. */
import { existsSync } from "node:fs";
import type { NotMeasured } from "~/domain/host";
import type { Reading } from "~/domain/sample";
import type { FailedUnit } from "~/domain/systemd";
import { hostPath, type Roots } from "../roots";

export const ASK_EVERY_MS = 15_000;
/** Beyond, they are counted and not named: a broken boot fails hundreds. */
const MOST_SERIES = 200;
const SOCKET = "/run/dbus/system_bus_socket";
const WHAT = "failed systemd units";

export class FailedUnits {
  private units: readonly FailedUnit[] = [];
  private told: Reading[] = [];
  private reason: string | null = null;
  private absent: readonly NotMeasured[] = [];
  private isAsking = false;

  constructor(private readonly roots: Roots) {}

  list(): readonly FailedUnit[] {
    return this.units;
  }

  /** The number of failed units, and each of them. Empty while it is not known. */
  readings(): readonly Reading[] {
    return this.told;
  }

  /** The same array until it changes. */
  absences(): readonly NotMeasured[] {
    return this.absent;
  }

  async ask(): Promise<void> {
    // Of a recorded host only /proc and /sys are known.
    if (this.isAsking || this.roots.host === undefined) return;
    this.isAsking = true;
    try {
      this.note(await this.found());
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      this.note(`the system bus at ${hostPath(this.roots, SOCKET)}: ${code ?? message}`);
    } finally {
      this.isAsking = false;
    }
  }

  /** The units, or why they are not known. */
  private async found(): Promise<readonly FailedUnit[] | string> {
    if (!existsSync(hostPath(this.roots, "/run/systemd/system") ?? "")) return "systemd is not running";
    const socket = hostPath(this.roots, SOCKET) ?? "";
    if (!existsSync(socket)) return `there is no system bus at ${socket}`;
    // Loaded where there is a bus.
    const { listFailedUnits } = await import("./system-bus");
    return listFailedUnits(socket);
  }

  private note(found: readonly FailedUnit[] | string): void {
    const reason = typeof found === "string" ? found : null;
    if (reason !== this.reason) this.absent = reason === null ? [] : [{ what: WHAT, reason }];
    this.reason = reason;
    this.units = typeof found === "string" ? [] : found;
    const metric = "systemd.unit.failed";
    const named = this.units.slice(0, MOST_SERIES).map(({ unit }) => ({ metric, labels: { "systemd.unit": unit }, value: 1 }));
    this.told = reason === null ? [{ metric, value: this.units.length }, ...named] : [];
  }
}
