/** Builds messages about alerts: at most 50 alerts each, the first 5 with their readings of the last 15 minutes. */
import type { Alert } from "~/domain/alert";
import { type ContainerName, containerAttributes } from "~/domain/container";
import { sameLabels } from "~/domain/sample";
import type { MessageItem } from "../alerts/manager-options";
import type { AlertItem, AlertMessage } from "../notifiers/notifier";
import type { Store } from "../store/store";

const MAX_ITEMS = 50;
/** Only this many alerts of a message get a sparkline; a storm has too many. */
const PICTURED_ITEMS = 5;
const RECENT_MS = 15 * 60_000;
const RECENT_POINTS = 30;

export interface MessageLinks {
  /** URL of an alert, or of the Alerts page without one. */
  of(alert?: string): string;
  /** URL that acknowledges an alert; null where only https would keep it secret and there is none. */
  acknowledging(alert: string, at: number): string | null;
}

export interface MessageFacts {
  store: Pick<Store, "history">;
  host: string;
  links: MessageLinks;
  nameOf: ContainerName;
  onError: (error: unknown) => void;
}

/** A history that cannot be read costs the picture, not the message. */
function recentOf({ metric, labels }: Alert, at: number, { store, onError }: MessageFacts): AlertItem["recent"] {
  try {
    const { series } = store.history({ name: metric, from: at - RECENT_MS, to: at, points: RECENT_POINTS, aggregate: "avg" });
    return series.find((one) => sameLabels(one.labels, labels))?.values;
  } catch (error) {
    onError(error);
    return undefined;
  }
}

export function alertMessage(items: readonly MessageItem[], at: number, facts: MessageFacts): AlertMessage {
  const { host, links, nameOf } = facts;
  const [first, ...others] = items;
  const isOne = others.length === 0;
  return {
    host,
    at,
    link: links.of(isOne ? first?.alert.id : undefined),
    items: items.slice(0, MAX_ITEMS).map((item, index) => {
      const recent = index < PICTURED_ITEMS ? recentOf(item.alert, at, facts) : undefined;
      const { labels } = item.alert;
      const alert = { ...item.alert, labels: { ...labels, ...containerAttributes(item.alert, nameOf) } };
      const acknowledge = alert.state === "firing" ? links.acknowledging(alert.id, at) : null;
      return {
        ...item,
        alert,
        ...(recent && { recent }),
        ...(acknowledge !== null && { acknowledge }),
        ...(!isOne && { link: links.of(alert.id) }),
      };
    }),
    more: Math.max(0, items.length - MAX_ITEMS),
  };
}
