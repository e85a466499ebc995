import { z } from "zod";
import { cutEscaped } from "../cut";
import { bodyText, subjectLine } from "../message";
import type { AlertMessage } from "../notifier";
import { jsonRequest, service } from "./service";

const MOST = 2000;

/** `[Log in](http://x)` would be a link, and a grave accent begins code. Mentions are switched off in the request. */
const escapeDiscord = (text: string) => text.replace(/[\\*_~`|>[\]#]/g, "\\$&");

export function discordBody(message: AlertMessage) {
  const subject = cutEscaped(subjectLine(message), MOST / 4, escapeDiscord);
  const head = `**${subject}**\n`;
  return {
    content: `${head}${cutEscaped(bodyText(message), MOST - head.length, escapeDiscord)}`,
    allowed_mentions: { parse: [] },
  };
}

/** https://docs.discord.com/developers/resources/webhook#execute-webhook */
export const discord = service({
  options: { webhook_url: z.url({ protocol: /^https?$/ }).describe("Address of the incoming webhook.") },
  secrets: ["webhook_url"],
  requests: (message, { webhook_url }) => [jsonRequest(webhook_url, discordBody(message))],
});
