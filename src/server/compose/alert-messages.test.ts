import { expect, test } from "vitest";
import { firedAlert } from "../alerts/changed-alert";
import { alertMessage } from "./alert-messages";

test("a history that cannot be read costs the picture, not the message", () => {
  const errors: unknown[] = [];
  const rule = { name: "cpu", thresholds: { warning: 0.8 }, forecastSeconds: null };
  const series = { metric: "system.cpu.utilization", labels: {}, unit: "1" };
  const alert = firedAlert({ rule, series } as unknown as Parameters<typeof firedAlert>[0], {
    id: "a1",
    severity: "warning",
    cause: [],
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
    link: () => null,
    nameOf: () => undefined,
    onError: (error) => errors.push(error),
  });
  expect(message.items).toMatchObject([{ kind: "fired", alert: { id: "a1" } }]);
  expect(errors).toEqual([new Error("the disk is gone")]);
});
