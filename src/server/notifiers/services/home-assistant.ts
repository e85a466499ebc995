import { z } from "zod";
import { bodyText, subjectLine } from "../message";
import { joined, jsonRequest, service } from "./service";
import { worstFiring } from "./severity";

/** https://www.home-assistant.io/integrations/notify/ over its REST API. */
export const homeAssistant = service({
  options: {
    url: z
      .url({ protocol: /^https?$/ })
      .meta({ description: "Address of Home Assistant.", examples: ["http://homeassistant.local:8123"] }),
    token: z.string().min(1).describe("Long-lived access token."),
    service: z
      .string()
      .regex(/^(?:notify\.)?[a-z0-9_]+$/, "expected a notify service such as mobile_app_phone")
      .default("notify")
      .meta({ description: "Notify service.", examples: ["mobile_app_phone"] }),
  },
  secrets: ["token"],
  requests: (message, { url, token, service: name }) => [
    jsonRequest(
      joined(url, `api/services/notify/${name.replace(/^notify\./, "")}`),
      {
        title: subjectLine(message),
        message: bodyText(message),
        data: {
          // On Android critical messages come through at once.
          ...(worstFiring(message) === "critical" && { priority: "high", ttl: 0 }),
          ...(message.link !== null && { url: message.link, clickAction: message.link }),
        },
      },
      { authorization: `Bearer ${token}` },
    ),
  ],
});
