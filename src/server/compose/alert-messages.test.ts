import { expect, test } from "vitest";
import type { Alert } from "~/domain/alert";
import { UNKNOWN_CAUSE } from "~/domain/contributor";
import { firing } from "../../../tests/helpers/alert";
import { firedAlert } from "../alerts/changed-alert";
import { alertMessage, type MessageFacts } from "./alert-messages";

test("a history that cannot be read costs the picture, not the message", () => {
  const errors: unknown[] = [];
  const rule = { name: "cpu", thresholds: { warning: 0.8 }, forecastSeconds: null };
  const series = { metric: "system.cpu.utilization", labels: {}, unit: "1" };
  const alert = firedAlert({ judged: rule, series } as unknown as Parameters<typeof firedAlert>[0], {
    id: "a1",
    severity: "warning",
    cause: UNKNOWN_CAUSE,
    value: 0.9,
    at: 1000,
  });
  const message = alertMessage([{ kind: "fired", alert, description: "", remedy: "" }], 2000, {
    store: {
      history() {
        throw new Error("the disk is gone");
      },
    },
    host: "web-1",
    links: { of: () => "http://web-1/alerts", acknowledging: () => null },
    nameOf: () => undefined,
    onError: (error) => errors.push(error),
  });
  expect(message.items).toMatchObject([{ kind: "fired", alert: { id: "a1" } }]);
  expect(errors).toEqual([new Error("the disk is gone")]);
});

test("a message about one alert leads to it, one about several to the page; what fires can be acknowledged", () => {
  const links = {
    of: (alert?: string) => `https://m/${alert ?? "all"}`,
    acknowledging: (alert: string, at: number) => `https://m/ack/${alert}/${at}`,
  };
  const facts = {
    store: { history: () => ({ series: [] }) },
    host: "web-1",
    links,
    nameOf: () => undefined,
    onError: () => undefined,
  };
  const item = (id: string, state: Alert["state"]) => ({
    kind: "fired" as const,
    alert: firing({ id, state }),
    description: "",
    remedy: "",
  });
  const of = (...items: ReturnType<typeof item>[]) => alertMessage(items, 7, facts as unknown as MessageFacts);
  expect(of(item("a", "firing"))).toMatchObject({ link: "https://m/a", items: [{ acknowledge: "https://m/ack/a/7" }] });
  expect(of(item("a", "resolved")).items[0]).not.toHaveProperty("acknowledge");
  expect(of(item("a", "firing"), item("b", "firing")).link).toBe("https://m/all");
});
