/** Links in messages: to an alert, and to a page that acknowledges it. */
import { createHmac } from "node:crypto";
import type { Alert } from "~/domain/alert";
import {
  type AcknowledgeLink,
  acknowledgeQuery,
  isGenuine,
  judgeLink,
  LINK_LASTS_MS,
  type LinkVerdict,
} from "../alerts/acknowledge-link";
import type { AlertManager } from "../alerts/manager";
import { cookieSecret } from "../auth/secret";
import type { StartupOptions } from "../startup-options";
import type { Store } from "../store/store";
import type { MessageLinks } from "./alert-messages";

/** Signatures of links that were used, with the end of their day. */
const USED = "acknowledge links";

export interface LinkedAlert {
  verdict: LinkVerdict | "forged";
  /** Null when the link is forged or the alert is not kept any more. */
  alert: Alert | null;
}

export interface AcknowledgeLinks {
  /** What the link would do. */
  look(link: AcknowledgeLink): Promise<LinkedAlert>;
  /** Acknowledges the alert; changes nothing unless the verdict is `valid`. */
  use(link: AcknowledgeLink): Promise<LinkedAlert>;
}

/** `address` is that of `ownAddress`; what only this machine reaches is linked to on it. */
export function messageLinks(
  { dataDir, url, log }: Pick<StartupOptions, "dataDir" | "url" | "log">,
  address: () => string,
): MessageLinks {
  const under = (path: string) => `${(address() || url).replace(/\/+$/, "")}/${path}`;
  return {
    of: (alert) => under(alert === undefined ? "alerts" : `alerts?alert=${alert}`),
    acknowledging(alert, at) {
      if (!address().startsWith("https:")) return null;
      try {
        return under(`api/acknowledge?${acknowledgeQuery(linkKey(dataDir), alert, at)}`);
      } catch (error) {
        // A full disk, or a file that may not be read: the message leaves without that link.
        log.warn({ err: error }, "cannot read the key for acknowledge links");
        return null;
      }
    },
  };
}

export function acknowledgeLinks(
  { dataDir }: Pick<StartupOptions, "dataDir">,
  { store, manager }: { store: Pick<Store, "alerts" | "setting" | "setSetting">; manager: Pick<AlertManager, "acknowledge"> },
): AcknowledgeLinks {
  const used = async () => JSON.parse((await store.setting(USED))?.value ?? "{}") as Record<string, number>;
  const look = async (link: AcknowledgeLink): Promise<LinkedAlert> => {
    const key = linkKey(dataDir);
    // Strangers make the database do nothing.
    if (!isGenuine(link, key)) return { verdict: "forged", alert: null };
    const alert = await store.alerts.get(link.alert);
    const isUsed = link.signature in (await used());
    return { verdict: judgeLink(link, { alert, isUsed, now: Date.now() }), alert };
  };
  return {
    look,
    async use(link) {
      const looked = await look(link);
      if (looked.verdict !== "valid") return looked;
      const now = Date.now();
      const alert = await manager.acknowledge(link.alert, { by: "link in a notification", note: null, forMs: undefined, now });
      const still = Object.entries(await used()).filter(([, until]) => until > now);
      await store.setSetting(
        USED,
        JSON.stringify({ ...Object.fromEntries(still), [link.signature]: now + LINK_LASTS_MS }),
        new Date(now),
      );
      return { verdict: "valid", alert };
    },
  };
}

const keys = new Map<string, string>();

/** Another key than that of cookies, made from it. Read once: messages are made in a tick. */
function linkKey(dataDir: string): string {
  const key = keys.get(dataDir) ?? createHmac("sha256", cookieSecret(dataDir)).update("acknowledge links").digest("base64url");
  keys.set(dataDir, key);
  return key;
}
