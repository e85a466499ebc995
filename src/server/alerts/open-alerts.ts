/** The alerts that fire, what they mute, and which of them somebody takes care of. */
import { type Alert, isAcknowledged, rank } from "~/domain/alert";
import { type Acknowledgement, acknowledgementOf, NOT_ACKNOWLEDGED } from "./changed-alert";
import { Inhibitors } from "./muting";

export class OpenAlerts {
  private readonly open = new Map<string, Alert>();
  readonly inhibitors = new Inhibitors();
  /** Ids of those that somebody takes care of. */
  private readonly acknowledged = new Set<string>();
  /** How an alert was acknowledged before somebody did so last: for taking it back. */
  private readonly acknowledgedBefore = new Map<string, Acknowledgement>();

  get byId(): ReadonlyMap<string, Alert> {
    return this.open;
  }

  /** The highest severity first, then the newest. */
  sorted(): Alert[] {
    return [...this.open.values()].sort((a, b) => rank(b.severity) - rank(a.severity) || b.startedAt - a.startedAt);
  }

  /** An alert that fires, or one whose severity has changed. */
  keep(alert: Alert, now: number): void {
    this.open.set(alert.id, alert);
    this.inhibitors.set(alert);
    if (isAcknowledged(alert, now)) this.acknowledged.add(alert.id);
  }

  /** The newest state of one that is open; others are passed over. */
  replace(alert: Alert): void {
    if (this.open.has(alert.id)) this.open.set(alert.id, alert);
  }

  drop(alert: Alert): void {
    this.open.delete(alert.id);
    this.acknowledged.delete(alert.id);
    this.acknowledgedBefore.delete(alert.id);
    this.inhibitors.delete(alert);
  }

  isTakenCareOf(id: string): boolean {
    return this.acknowledged.has(id);
  }

  /** Notes whether somebody takes care of it; nobody is reminded of an acknowledgement that ends so. */
  care(alert: Alert, now: number): void {
    if (this.open.has(alert.id) && isAcknowledged(alert, now)) this.acknowledged.add(alert.id);
    else this.acknowledged.delete(alert.id);
  }

  /** Call it before an alert is acknowledged. */
  remember(alert: Alert): void {
    this.acknowledgedBefore.set(alert.id, acknowledgementOf(alert));
  }

  /** The alert as it was before it was acknowledged last. */
  unacknowledged(alert: Alert): Alert {
    const before = this.acknowledgedBefore.get(alert.id) ?? NOT_ACKNOWLEDGED;
    this.acknowledgedBefore.delete(alert.id);
    return { ...alert, ...before };
  }

  /** Forgets the acknowledgements that have ended, and returns their alerts. */
  takeEndedAcknowledgements(now: number): Alert[] {
    return [...this.acknowledged].flatMap((id) => {
      const alert = this.open.get(id);
      if (alert && isAcknowledged(alert, now)) return [];
      this.acknowledged.delete(id);
      return alert ?? [];
    });
  }
}
