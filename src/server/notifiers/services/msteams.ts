import { z } from "zod";
import { cutEscaped } from "../cut";
import { bodyText, subjectLine } from "../message";
import { escapeMarkdown } from "./escape";
import { jsonRequest, service } from "./service";
import { worstFiring } from "./severity";

/** A card may have 28 kB; a character takes up to four bytes. */
const MOST = 6000;
const COLOUR = { critical: "attention", warning: "warning", info: "accent", resolved: "good" } as const;

/** An Adaptive Card for the workflow "Post to a channel when a webhook request is received". */
export const msteams = service({
  options: { webhook_url: z.url({ protocol: /^https?$/ }).describe("Address of the incoming webhook.") },
  secrets: ["webhook_url"],
  requests(message, { webhook_url }) {
    const block = (text: string, more: object = {}) => ({ type: "TextBlock", wrap: true, text, ...more });
    const lines = cutEscaped(bodyText(message), MOST, escapeMarkdown).split("\n");
    const content = {
      $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
      type: "AdaptiveCard",
      version: "1.4",
      body: [
        block(cutEscaped(subjectLine(message), 300, escapeMarkdown), {
          size: "medium",
          weight: "bolder",
          color: COLOUR[worstFiring(message) ?? "resolved"],
        }),
        // Two line breaks make one.
        block(lines.join("\n\n"), { spacing: "small" }),
      ],
      ...(message.link !== null && { actions: [{ type: "Action.OpenUrl", title: "Open Hostscope", url: message.link }] }),
    };
    const attachments = [{ contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content }];
    return [jsonRequest(webhook_url, { type: "message", attachments })];
  },
});
