import { z } from "zod";
import { escapeHtml } from "~/domain/escape-html";
import { cutEscaped } from "../cut";
import { bodyText, subjectLine } from "../message";
import { joined, jsonRequest, service } from "./service";
import { worstFiring } from "./severity";

const MOST = 4096;

/** https://core.telegram.org/bots/api#sendmessage */
export const telegram = service({
  options: {
    bot_token: z.string().min(1).describe("Token of the bot."),
    chat_id: z
      .union([z.string().min(1), z.int().transform(String)])
      .meta({ description: "Chat, group or channel.", examples: ["-1001234567890"] }),
    api_url: z
      .url({ protocol: /^https?$/ })
      .default("https://api.telegram.org")
      .describe("Address of the API."),
  },
  secrets: ["bot_token"],
  requests(message, { bot_token, chat_id, api_url }) {
    const head = `<b>${cutEscaped(subjectLine(message), MOST / 4, escapeHtml)}</b>\n`;
    return [
      jsonRequest(joined(api_url, `bot${bot_token}/sendMessage`), {
        chat_id,
        text: `${head}${cutEscaped(bodyText(message), MOST - head.length, escapeHtml)}`,
        parse_mode: "HTML",
        link_preview_options: { is_disabled: true },
        disable_notification: worstFiring(message) === null,
      }),
    ];
  },
});
