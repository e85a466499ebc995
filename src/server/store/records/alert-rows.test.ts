import { expect, test } from "vitest";
import { contributor, firing } from "../../../../tests/helpers/alert";
import type { AlertModel } from "../generated/models";
import { fromRow, toRow } from "./alert-rows";

const row = (change: Partial<AlertModel> = {}) => ({ ...toRow(firing()), ...change }) as unknown as AlertModel;

test("an alert comes back with its cause, what that covers, and why nobody is named", () => {
  const alert = firing({
    cause: [contributor({ kind: "kernel", pid: null, startedAt: null, evidence: ["it is said"] })],
    firstCause: [contributor()],
    coverage: 0.93,
    refusal: "spread over 212 processes, none above 2%",
    summary: "CPU rose from 12 % to 97 %.",
  });
  expect(fromRow(toRow(alert) as unknown as AlertModel)).toEqual(alert);
});

test("causes that earlier versions stored are read: processes and trees, by what they were measured", () => {
  const stored = {
    pid: 7,
    startedAt: 1,
    name: "make",
    command: "make",
    user: "ann",
    parentPid: 1,
    share: 0.6,
    value: 1.2,
    change: null,
  };
  const cause = JSON.stringify([
    { ...stored, unit: "{cpu}", processes: 12 },
    { ...stored, unit: "By" },
  ]);
  const alert = fromRow(row({ cause, first_cause: cause }));
  expect(alert).toMatchObject({
    cause: [
      { kind: "tree", processes: 12, measure: "cpu", startedBy: null, evidence: [] },
      { kind: "process", processes: 1, measure: "memory" },
    ],
    coverage: null,
    refusal: null,
    summary: null,
  });
});
