import { z } from "zod";
import { cutEscaped } from "../cut";
import { bodyText, subjectLine } from "../message";
import { escapeMarkdown } from "./escape";
import { jsonRequest, service } from "./service";
import { colourOf } from "./severity";

/** A message may have 5,000 characters. */
const MOST = 4000;

/** https://docs.rocket.chat/docs/integrations */
export const rocketchat = service({
  options: { webhook_url: z.url({ protocol: /^https?$/ }).describe("Address of the incoming webhook.") },
  secrets: ["webhook_url"],
  requests(message, { webhook_url }) {
    const title = cutEscaped(subjectLine(message), 300, escapeMarkdown);
    const text = cutEscaped(bodyText(message), MOST, escapeMarkdown);
    return [jsonRequest(webhook_url, { alias: "Hostscope", text: title, attachments: [{ color: colourOf(message), text }] })];
  },
});
