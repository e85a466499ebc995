/** Links in messages that acknowledge one alert, once, within a day, without a login. Pure. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { type Alert, isAcknowledged } from "~/domain/alert";

export const LINK_LASTS_MS = 24 * 3_600_000;

export interface AcknowledgeLink {
  alert: string;
  /** Epoch milliseconds. */
  made: number;
  signature: string;
}

export type LinkVerdict = "valid" | "expired" | "used" | "acknowledged" | "resolved";

function signatureOf(key: string, { alert, made }: Pick<AcknowledgeLink, "alert" | "made">): string {
  return createHmac("sha256", key).update(`acknowledge\n${alert}\n${made}`).digest("base64url");
}

/** `alert=...&made=...&signature=...` */
export function acknowledgeQuery(key: string, alert: string, now: number): string {
  return new URLSearchParams({ alert, made: String(now), signature: signatureOf(key, { alert, made: now }) }).toString();
}

interface LinkFacts {
  /** The alert that the link is about, as it is now. */
  alert: Alert | null;
  /** The link has acknowledged it already. */
  isUsed: boolean;
  now: number;
}

/** False for a link that was changed, or that another server made. */
export function isGenuine(link: AcknowledgeLink, key: string): boolean {
  const [given, right] = [Buffer.from(link.signature), Buffer.from(signatureOf(key, link))];
  return given.length === right.length && timingSafeEqual(given, right);
}

/** What a genuine link would do. */
export function judgeLink(link: AcknowledgeLink, { alert, isUsed, now }: LinkFacts): LinkVerdict {
  if (now - link.made > LINK_LASTS_MS || alert === null) return "expired";
  if (alert.state === "resolved") return "resolved";
  if (isAcknowledged(alert, now)) return "acknowledged";
  return isUsed ? "used" : "valid";
}
