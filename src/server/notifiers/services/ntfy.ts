import { z } from "zod";
import { cutToBytes } from "../cut";
import { bodyText, subjectLine } from "../message";
import type { AlertMessage } from "../notifier";
import { type ServiceRequest, service } from "./service";
import { worstFiring } from "./severity";

/** ntfy makes an attachment of what is longer. */
const MOST_BYTES = 4096;
const MOST_TITLE_BYTES = 240;
const PRIORITY = { critical: "5", warning: "4", info: "3", resolved: "2" } as const;
const TAGS = {
  critical: "rotating_light",
  warning: "warning",
  info: "information_source",
  resolved: "white_check_mark",
} as const;

/** Header values are bytes: text that is not ASCII is encoded as in mail (RFC 2047). */
const encoded = (text: string) => `=?UTF-8?B?${Buffer.from(text).toString("base64")}?=`;

/** https://docs.ntfy.sh/publish/ */
export function ntfyRequest(message: AlertMessage, url: string, token?: string): ServiceRequest {
  const state = worstFiring(message) ?? "resolved";
  return {
    method: "POST",
    url,
    headers: {
      title: encoded(cutToBytes(subjectLine(message), MOST_TITLE_BYTES)),
      priority: PRIORITY[state],
      tags: TAGS[state],
      "content-type": "text/plain; charset=utf-8",
      ...(message.link !== null && { click: message.link }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: cutToBytes(bodyText(message), MOST_BYTES),
  };
}

export const ntfy = service({
  options: {
    url: z.url({ protocol: /^https?$/ }).meta({ description: "Address of the topic.", examples: ["https://ntfy.sh/my-alerts"] }),
    token: z.string().optional().describe("Access token, where the topic needs one."),
  },
  secrets: ["url", "token"],
  requests: (message, { url, token }) => [ntfyRequest(message, url, token)],
});
