import { z } from "zod";
import { cutEscaped } from "../cut";
import { bodyText, subjectLine } from "../message";
import { escapeMarkdown } from "./escape";
import { jsonRequest, service } from "./service";
import { colourOf } from "./severity";

/** A post may have 16,383 characters. */
const MOST = 12_000;

/** https://developers.mattermost.com/integrate/webhooks/incoming/ */
export const mattermost = service({
  options: { webhook_url: z.url({ protocol: /^https?$/ }).describe("Address of the incoming webhook.") },
  secrets: ["webhook_url"],
  requests(message, { webhook_url }) {
    const title = cutEscaped(subjectLine(message), 300, escapeMarkdown);
    const text = cutEscaped(bodyText(message), MOST, escapeMarkdown);
    return [
      jsonRequest(webhook_url, {
        username: "Hostscope",
        attachments: [{ color: colourOf(message), fallback: title, title, text }],
      }),
    ];
  },
});
