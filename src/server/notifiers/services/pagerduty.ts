import { z } from "zod";
import { alertAnswer } from "~/domain/alert";
import { headline, singleLine } from "../alert-title";
import { cutToLength } from "../cut";
import { jsonRequest, service } from "./service";
import { isResolved } from "./severity";

const MOST_SUMMARY = 1024;

/** An event for each alert: PagerDuty opens and closes incidents by their key. https://developer.pagerduty.com/docs/events-api-v2/trigger-events/ */
export const pagerduty = service({
  options: {
    routing_key: z.string().min(1).describe("Integration key of the Events API v2."),
    url: z
      .url({ protocol: /^https?$/ })
      .default("https://events.pagerduty.com/v2/enqueue")
      .describe("Address of the API."),
  },
  secrets: ["routing_key"],
  requests: (message, { routing_key, url }) =>
    message.items.map((item) => {
      const { alert } = item;
      const event = { routing_key, dedup_key: `${message.host}/${alert.id}` };
      if (isResolved(item)) return jsonRequest(url, { ...event, event_action: "resolve" });
      const { cause, coverage, refusal, ...details } = alertAnswer(alert);
      return jsonRequest(url, {
        ...event,
        event_action: "trigger",
        client: "Hostscope",
        ...((item.link ?? message.link) !== null && { client_url: item.link ?? message.link }),
        payload: {
          summary: cutToLength(`${singleLine(message.host)}: ${headline(alert)}`, MOST_SUMMARY),
          source: singleLine(message.host),
          severity: alert.severity,
          timestamp: details.startedAt,
          component: alert.metric,
          group: alert.rule,
          custom_details: { ...alert.labels, value: alert.value, threshold: alert.threshold, cause, coverage, refusal },
        },
      });
    }),
});
