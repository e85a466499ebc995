import { expect, test, vi } from "vitest";
import { alertRule, contributor, firing } from "../../../tests/helpers/alert";
import type { AlertManager } from "../alerts/manager";
import type { AlertChange, Explained } from "../alerts/manager-options";
import { alertExplainer } from "./explain-alerts";

const AT = 1_800_000_000_000;

function made() {
  const told: [string, Explained][] = [];
  const asked: { from: number; to: number }[] = [];
  const errors: unknown[] = [];
  const manager = {
    rules: () => [alertRule({ windowSeconds: 300, forSeconds: 60 })],
    explained: (id: string, explained: Explained) => told.push([id, explained]),
  } as unknown as AlertManager;
  const sources = {
    causes: { named: <One>(one: One) => one, declared: () => undefined, lookLive: async () => undefined },
    past: { cause: async () => ({ contributors: [contributor()], coverage: 0.61, refusal: null }) },
    explanation: async (span: { from: number; to: number }) => {
      asked.push(span);
      return { summary: "CPU rose from 12 % to 97 %." };
    },
    onError: (error: unknown) => errors.push(error),
  };
  const change = (id: string, kind: AlertChange["kind"] = "fired", at = AT): AlertChange => ({
    kind,
    alert: firing({ id, cause: [contributor()] }),
    at,
  });
  return { told, asked, errors, manager, sources, change };
}

test("what fires together shares one look at the rule's minutes; what only ends or is acknowledged needs none", async () => {
  const { told, asked, manager, sources, change } = made();
  const explain = alertExplainer(sources);
  for (const id of ["a", "b"]) explain(change(id), manager);
  explain(change("c", "resolved"), manager);
  explain(change("d", "explained"), manager);
  await vi.waitFor(() => expect(told).toHaveLength(2));
  expect(told.map(([id, { summary }]) => `${id} ${summary}`)).toEqual([
    "a CPU rose from 12 % to 97 %.",
    "b CPU rose from 12 % to 97 %.",
  ]);
  expect(asked).toEqual([{ from: AT - 360_000, to: AT }]);
});

test("a cause that could not be found at once is found by the reader thread", async () => {
  const { told, manager, sources } = made();
  alertExplainer(sources)({ kind: "fired", alert: firing({ id: "a" }), at: AT }, manager);
  await vi.waitFor(() => expect(told).toMatchObject([["a", { cause: { coverage: 0.61 } }]]));
});

test("of a storm the first are explained", async () => {
  const { told, manager, sources, change } = made();
  const explain = alertExplainer(sources);
  for (let index = 0; index < 1000; index++) explain(change(`a${index}`), manager);
  await vi.waitFor(() => expect(told.length).toBeGreaterThan(10));
  await vi.waitFor(() => expect(told.at(-1)?.[0]).toBe(`a${told.length - 1}`));
  expect(told.length).toBeLessThan(30);
});

test("what cannot be explained is an error in the log, and what was seen live is told all the same", async () => {
  const { told, errors, manager, sources, change } = made();
  const failing = { ...sources, explanation: () => Promise.reject(new Error("the reader thread ended")) };
  const seen = { ...failing, causes: { ...sources.causes, lookLive: async () => ({ sockets: [] }) } };
  alertExplainer(seen)(change("a"), manager);
  await vi.waitFor(() => expect(told).toMatchObject([["a", { summary: null, cause: { coverage: 0.61 } }]]));
  expect(errors).toEqual([new Error("the reader thread ended")]);
});
