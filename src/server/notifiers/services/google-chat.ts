import { z } from "zod";
import { cutEscaped } from "../cut";
import { bodyText, subjectLine } from "../message";
import { escapeGoogleChat } from "./escape";
import { jsonRequest, service } from "./service";

const MOST = 4096;

/** https://developers.google.com/workspace/chat/quickstart/webhooks */
export const googleChat = service({
  options: { webhook_url: z.url({ protocol: /^https?$/ }).describe("Address of the incoming webhook.") },
  secrets: ["webhook_url"],
  requests(message, { webhook_url }) {
    const head = `*${cutEscaped(subjectLine(message), 300, escapeGoogleChat)}*\n`;
    return [jsonRequest(webhook_url, { text: `${head}${cutEscaped(bodyText(message), MOST - head.length, escapeGoogleChat)}` })];
  },
});
