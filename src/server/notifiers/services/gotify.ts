import { z } from "zod";
import { bodyText, subjectLine } from "../message";
import { joined, jsonRequest, service } from "./service";
import { worstFiring } from "./severity";

const PRIORITY = { critical: 8, warning: 5, info: 2, resolved: 1 } as const;

/** https://gotify.net/api-docs */
export const gotify = service({
  options: {
    url: z
      .url({ protocol: /^https?$/ })
      .meta({ description: "Address of the Gotify server.", examples: ["https://gotify.example.org"] }),
    token: z.string().min(1).describe("Token of the application."),
  },
  secrets: ["token"],
  requests: (message, { url, token }) => [
    jsonRequest(
      joined(url, "message"),
      {
        title: subjectLine(message),
        message: bodyText(message),
        priority: PRIORITY[worstFiring(message) ?? "resolved"],
        extras: {
          "client::display": { contentType: "text/plain" },
          ...(message.link !== null && { "client::notification": { click: { url: message.link } } }),
        },
      },
      { "x-gotify-key": token },
    ),
  ],
});
