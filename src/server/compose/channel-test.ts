/** Tests a channel with what a real alert looks like when it fires and when it resolves. */
import type { Alert } from "~/domain/alert";
import { AppError } from "~/domain/errors";
import { causeFields } from "../alerts/changed-alert";
import { newId } from "../alerts/new-id";
import { baselineWindowMs, causeWindowMs } from "../causes/cause";
import type { Deliverer } from "../notifiers/deliver";
import { hintFor } from "../notifiers/hint";
import type { Notifier } from "../notifiers/notifier";
import type { Store } from "../store/store";
import { alertMessage, type MessageFacts } from "./alert-messages";
import type { Causes } from "./causes";

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
  store: Store;
  causes: Pick<Causes, "explain">;
  messageFacts: MessageFacts;
}

/** Sends both messages, the second only if the first succeeds. Throws `not_found` for a channel that does not exist. */
export async function testChannel(
  channel: string,
  { notifiers, deliverer, store, causes, messageFacts }: Tested,
): Promise<TestResult> {
  if (!notifiers.has(channel)) {
    const known = [...notifiers.keys()].join(", ") || "none";
    throw new AppError("not_found", `There is no channel ${channel}. Configured: ${known}.`);
  }
  const now = Date.now();
  const from = now - causeWindowMs(0);
  const metric = "system.cpu.utilization";
  const cause = causes.explain({ metric, labels: {}, from, to: now, baselineMs: baselineWindowMs(0) });
  const fired = { ...TEST_ALERT, ...causeFields(cause), id: newId(now), startedAt: now - 240_000 };
  const about = { description: "This is a test: nothing is wrong.", remedy: "Nothing needs to be done." };
  const steps: TestStep[] = [];
  for (const kind of ["fired", "resolved"] as const) {
    const alert: Alert = kind === "fired" ? fired : { ...fired, state: "resolved", resolvedAt: now };
    const entry = {
      id: newId(now),
      channel,
      message: JSON.stringify(alertMessage([{ kind, alert, ...about }], now, messageFacts)),
    };
    await store.alerts.addByHand(entry, now);
    const result = await deliverer.sendOnce(entry);
    steps.push({ kind, ok: result.ok, answer: result.outcome });
    if (!result.ok) return { ok: false, answer: result.outcome, hint: hintFor(result.answer), steps };
  }
  return { ok: true, answer: steps.at(-1)?.answer ?? "", hint: null, steps };
}

const TEST_ALERT: Alert = {
  id: "",
  rule: "test",
  metric: "system.cpu.utilization",
  labels: {},
  severity: "info",
  state: "firing",
  value: 0.97,
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
