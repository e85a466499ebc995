import { z } from "zod";
import type { Severity } from "~/domain/alert";
import { causeText } from "~/domain/contributor";
import { headline, singleLine } from "../alert-title";
import { joined, jsonRequest, service } from "./service";
import { isResolved } from "./severity";

/**
 * Without an end Alertmanager takes an alert for resolved that is not sent again within minutes. One that somebody acknowledged is not sent
 * again until it is over.
 */
const HELD_MS = 7 * 24 * 3_600_000;

/** An existing Alertmanager routes for us. Label names have letters, digits and underscores only. https://prometheus.io/docs/alerting/latest/alerts_api/ */
export const alertmanager = service({
  options: {
    url: z
      .url({ protocol: /^https?$/ })
      .meta({ description: "Address of the Alertmanager.", examples: ["http://alertmanager.example.org:9093"] }),
    username: z.string().optional().describe("User name for basic authentication."),
    password: z.string().optional().describe("Password for basic authentication."),
    bearer_token: z.string().optional().describe("Token for bearer authentication."),
  },
  secrets: ["password", "bearer_token"],
  requests: (message, { url, username, password, bearer_token }) => {
    const headers: Record<string, string> = {};
    if (bearer_token !== undefined) headers.authorization = `Bearer ${bearer_token}`;
    else if (username !== undefined) {
      headers.authorization = `Basic ${Buffer.from(`${username}:${password ?? ""}`).toString("base64")}`;
    }
    const alerts = message.items.flatMap((item) => {
      const { alert, description, remedy } = item;
      const cause = causeText(alert);
      const isOver = isResolved(item);
      const post = (severity: Severity, endsAt: number) => ({
        labels: {
          ...labelsOf(alert.labels),
          alertname: alert.rule,
          severity,
          instance: singleLine(message.host),
          job: "hostscope",
          metric: alert.metric,
        },
        annotations: {
          summary: headline(alert),
          ...(description && { description }),
          ...(remedy && { remedy }),
          ...(cause !== null && { cause: singleLine(cause) }),
        },
        startsAt: new Date(alert.startedAt).toISOString(),
        endsAt: new Date(endsAt).toISOString(),
        ...((item.link ?? message.link) !== null && { generatorURL: item.link ?? message.link }),
      });
      const over = alert.resolvedAt ?? message.at;
      // By its labels, what was told with another severity is another alert: it ends.
      const others = item.told === undefined || item.told === alert.severity ? [] : [item.told];
      return [
        post(alert.severity, isOver ? over : message.at + HELD_MS),
        ...others.map((severity) => post(severity, isOver ? over : message.at)),
      ];
    });
    return [jsonRequest(joined(url, "api/v2/alerts"), alerts, headers)];
  },
});

function labelsOf(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [name.replace(/[^a-zA-Z0-9_]/g, "_").replace(/^(?=\d)/, "_"), value]),
  );
}
