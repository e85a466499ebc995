import { z } from "zod";
import { headline, singleLine } from "../alert-title";
import { cutToLength } from "../cut";
import { bodyText } from "../message";
import { joined, jsonRequest, service } from "./service";
import { isResolved } from "./severity";

const MOST_MESSAGE = 130;
const MOST_DESCRIPTION = 15_000;
const PRIORITY = { critical: "P1", warning: "P3", info: "P5" } as const;

/** An alert of its own for each of ours, closed when ours resolves. https://docs.opsgenie.com/docs/alert-api */
export const opsgenie = service({
  options: {
    api_key: z.string().min(1).describe("Key of the API integration."),
    api_url: z
      .url({ protocol: /^https?$/ })
      .default("https://api.opsgenie.com")
      .meta({ description: "Address of the API.", examples: ["https://api.eu.opsgenie.com"] }),
  },
  secrets: ["api_key"],
  requests: (message, { api_key, api_url }) =>
    message.items.map((item) => {
      const { alert } = item;
      const headers = { authorization: `GenieKey ${api_key}` };
      if (isResolved(item)) {
        const path = `v2/alerts/${encodeURIComponent(alert.id)}/close?identifierType=alias`;
        return jsonRequest(joined(api_url, path), { source: singleLine(message.host) }, headers);
      }
      const body = {
        message: cutToLength(`${singleLine(message.host)}: ${headline(alert)}`, MOST_MESSAGE),
        alias: alert.id,
        description: cutToLength(bodyText({ ...message, items: [item], more: 0 }), MOST_DESCRIPTION),
        source: singleLine(message.host),
        entity: singleLine(message.host),
        priority: PRIORITY[alert.severity],
        details: { rule: alert.rule, metric: alert.metric, ...alert.labels },
      };
      return jsonRequest(joined(api_url, "v2/alerts"), body, headers);
    }),
});
