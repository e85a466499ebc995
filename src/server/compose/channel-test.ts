/** Tests a channel with a message of an alert that fires and one that it has resolved. Both say that they are a test. */
import type { Alert } from "~/domain/alert";
import { AppError } from "~/domain/errors";
import { newId } from "../alerts/new-id";
import { TEST_RULE } from "../notifiers/alert-title";
import type { Deliverer } from "../notifiers/deliver";
import { hintFor } from "../notifiers/hint";
import type { AlertMessage, Notifier } from "../notifiers/notifier";
import type { Store } from "../store/store";
import type { MessageFacts } from "./alert-messages";

export interface TestStep {
  kind: "fired" | "resolved";
  ok: boolean;
  answer: string;
}

/** Says how it ended and not what the receiver responded: a test could read from machines that only this one can reach. */
export interface TestResult {
  ok: boolean;
  /** The last status code or error code. */
  answer: string;
  /** What a known error means and what to do. */
  hint: string | null;
  steps: TestStep[];
}

interface Tested {
  notifiers: ReadonlyMap<string, Notifier>;
  deliverer: Pick<Deliverer, "sendOnce">;
  store: { alerts: Pick<Store["alerts"], "addByHand"> };
  messageFacts: Pick<MessageFacts, "host" | "links">;
}

/** Sends both messages, the second only if the first succeeds. Throws `not_found` for a channel that does not exist. */
export async function testChannel(
  channel: string,
  { notifiers, deliverer, store, messageFacts: { host, links } }: Tested,
): Promise<TestResult> {
  if (!notifiers.has(channel)) {
    const known = [...notifiers.keys()].join(", ") || "none";
    throw new AppError("not_found", `There is no channel ${channel}. Configured: ${known}.`);
  }
  const now = Date.now();
  const fired: Alert = { ...TEST_ALERT, id: newId(now), startedAt: now };
  const steps: TestStep[] = [];
  for (const kind of ["fired", "resolved"] as const) {
    const alert: Alert = kind === "fired" ? fired : { ...fired, state: "resolved", resolvedAt: now };
    const item = { kind, alert, description: SAID[kind], remedy: "Nothing is wrong; no action is needed." };
    const message: AlertMessage = { host, at: now, isTest: true, items: [item], more: 0, link: links.of() };
    const entry = { id: newId(now), channel, message: JSON.stringify(message) };
    await store.alerts.addByHand(entry, now);
    const result = await deliverer.sendOnce(entry);
    steps.push({ kind, ok: result.ok, answer: result.outcome });
    if (!result.ok) return { ok: false, answer: result.outcome, hint: hintFor(result.answer), steps };
  }
  return { ok: true, answer: steps.at(-1)?.answer ?? "", hint: null, steps };
}

const SAID = {
  fired: "This is a test notification from Hostscope, sent like a firing alert.",
  resolved: "This is a test notification from Hostscope, sent like a resolved alert.",
} as const;

const TEST_ALERT: Alert = {
  id: "",
  rule: TEST_RULE,
  metric: "system.cpu.utilization",
  labels: {},
  severity: "info",
  state: "firing",
  value: 0.97,
  peak: 0.97,
  threshold: 0.95,
  unit: "1",
  forecastSeconds: null,
  message: "",
  cause: [],
  coverage: null,
  refusal: null,
  summary: null,
  firstCause: [],
  startedAt: 0,
  resolvedAt: null,
  acknowledgedAt: null,
  acknowledgedBy: null,
  acknowledgedUntil: null,
  note: null,
};
