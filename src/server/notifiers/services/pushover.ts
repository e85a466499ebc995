import { z } from "zod";
import { cutToLength } from "../cut";
import { bodyText, subjectLine } from "../message";
import { joined, jsonRequest, service } from "./service";
import { worstFiring } from "./severity";

const MOST_MESSAGE = 1024;
const MOST_TITLE = 250;
const PRIORITY = { critical: 1, warning: 0, info: -1, resolved: -1 } as const;

/** https://pushover.net/api */
export const pushover = service({
  options: {
    user_key: z.string().min(1).describe("Key of the user or group."),
    token: z.string().min(1).describe("Token of the application."),
    api_url: z
      .url({ protocol: /^https?$/ })
      .default("https://api.pushover.net")
      .describe("Address of the API."),
  },
  secrets: ["user_key", "token"],
  requests: (message, { user_key, token, api_url }) => [
    jsonRequest(joined(api_url, "1/messages.json"), {
      token,
      user: user_key,
      title: cutToLength(subjectLine(message), MOST_TITLE),
      message: cutToLength(bodyText(message), MOST_MESSAGE),
      priority: PRIORITY[worstFiring(message) ?? "resolved"],
      timestamp: Math.round(message.at / 1000),
      ...(message.link !== null && { url: message.link, url_title: "Open Hostscope" }),
    }),
  ],
});
