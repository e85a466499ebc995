/** Decides whether an alert is muted, and by what. Reads no clock and does no I/O. */
import { type Alert, rank } from "~/domain/alert";
import { type Labels, seriesKey } from "~/domain/sample";
import { type Silence, silenceMatches } from "~/domain/silence";

function isSubset(part: Labels, whole: Labels): boolean {
  const names = Object.keys(part);
  return names.length > 0 && names.every((name) => part[name] === whole[name]);
}

/**
 * Open alerts that mute others. A critical alert mutes lesser ones of the same series. An alert without a reading mutes all
 * alerts whose labels include its own. Critical alerts are indexed by series: a storm looks up ten thousand in one tick.
 */
export class Inhibitors {
  private readonly critical = new Map<string, Map<string, Alert>>();
  private readonly gone = new Map<string, Alert>();

  set(alert: Alert): void {
    this.delete(alert);
    if (alert.value === null) this.gone.set(alert.id, alert);
    if (alert.severity !== "critical") return;
    const key = seriesKey(alert);
    const same = this.critical.get(key) ?? new Map<string, Alert>();
    this.critical.set(key, same.set(alert.id, alert));
  }

  delete(alert: Pick<Alert, "id" | "metric" | "labels">): void {
    this.gone.delete(alert.id);
    if (this.critical.size === 0) return;
    const key = seriesKey(alert);
    const same = this.critical.get(key);
    if (same?.delete(alert.id) && same.size === 0) this.critical.delete(key);
  }

  /** The alert that mutes this one. */
  of(alert: Alert): Alert | undefined {
    const worse =
      rank(alert.severity) < rank("critical") && this.critical.size > 0 ? this.critical.get(seriesKey(alert)) : undefined;
    for (const other of worse?.values() ?? []) if (other.id !== alert.id) return other;
    if (alert.value === null) return undefined;
    for (const other of this.gone.values()) if (other.id !== alert.id && isSubset(other.labels, alert.labels)) return other;
    return undefined;
  }
}

/** What mutes the alert: `silence NOTE` (or the silence's id) or `alert RULE`. Null if nothing does. */
export function mutedBy(
  alert: Alert,
  { inhibitors, silences }: { inhibitors: Inhibitors; silences: readonly Silence[] },
  now: number,
): string | null {
  const silence = silences.find((one) => silenceMatches(one, alert, now));
  if (silence) return `silence ${silence.note || silence.id}`;
  // Whoever was told of it is told of its end, whatever else fires.
  if (alert.state === "resolved") return null;
  const other = inhibitors.of(alert);
  return other ? `alert ${other.rule}` : null;
}
