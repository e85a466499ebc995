import { z } from "zod";
import { cutEscaped, cutToLength } from "../cut";
import { bodyText, subjectLine } from "../message";
import type { AlertMessage } from "../notifier";
import { escapeSlack } from "./escape";
import { jsonRequest, service } from "./service";
import { colourOf } from "./severity";

const MOST_HEADER = 150;
const MOST_BLOCK = 3000;

/** Block Kit, with the subject as the text of the notification. */
export function slackBody(message: AlertMessage) {
  const subject = subjectLine(message);
  return {
    text: cutEscaped(subject, MOST_BLOCK, escapeSlack),
    attachments: [
      {
        color: colourOf(message),
        blocks: [
          { type: "header", text: { type: "plain_text", text: cutToLength(subject, MOST_HEADER), emoji: false } },
          {
            type: "section",
            text: { type: "mrkdwn", text: cutEscaped(bodyText(message), MOST_BLOCK, escapeSlack), verbatim: true },
          },
        ],
      },
    ],
  };
}

/** https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
export const slack = service({
  options: { api_url: z.url({ protocol: /^https?$/ }).describe("Address of the incoming webhook.") },
  secrets: ["api_url"],
  requests: (message, { api_url }) => [jsonRequest(api_url, slackBody(message))],
});
