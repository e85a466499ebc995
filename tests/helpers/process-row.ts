import { NOT_REPORTED, type ProcessRow } from "~/domain/process";

/** An idle process; `change` sets the fields that matter to the test. */
export function processRow(pid: number, change: Partial<ProcessRow> = {}): ProcessRow {
  return {
    pid,
    startedAt: 0,
    parentPid: 1,
    name: `p${pid}`,
    command: "",
    user: "ann",
    state: "sleeping",
    cpu: 0,
    memoryBytes: 1,
    virtualBytes: 0,
    threads: 1,
    ...NOT_REPORTED,
    group: null,
    ...change,
  };
}
