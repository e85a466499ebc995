/** Judges blocks of the process table and sums of usage that another program wrote. Pure. */
import type { Consumer } from "~/domain/process";
import { PROCESS_STATES } from "~/domain/process";
import type { ProcessBlock } from "../processes/block-types";

/** Thrown for a record that is not what its kind says. */
export class ForeignRecordError extends Error {
  constructor(what: string) {
    super(what);
    this.name = "ForeignRecordError";
  }
}

type Check = (value: unknown) => boolean;

const VALUES = 14;
const IDENTITY = 7;
const isNumber: Check = (value) => typeof value === "number" && Number.isFinite(value);
const isNumberOrNull: Check = (value) => value === null || isNumber(value);
const isText: Check = (value) => typeof value === "string";
const isState: Check = (value) => (STATES as ReadonlySet<unknown>).has(value);
const STATES: ReadonlySet<string> = new Set(Object.values(PROCESS_STATES));
const every =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

const isValues: Check = (value) =>
  Array.isArray(value) &&
  value.length >= 8 &&
  value.length <= VALUES &&
  value.every((one, place) => (place === 1 ? isState(one) : place === 0 ? isNumber(one) : isNumberOrNull(one)));

const isIdentity: Check = (value) =>
  Array.isArray(value) &&
  value.length >= IDENTITY - 1 &&
  value.length <= IDENTITY &&
  value.every((one, place) => (place < 3 ? isNumber(one) : place === IDENTITY - 1 ? one === null || isText(one) : isText(one)));

const isEntry: Check = (value) => isNumberOrNull(value) || (isText(value) && (isState(value) || Number.isFinite(Number(value))));

function isGroup(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

const isDifferences: Check = (value) =>
  isGroup(value) &&
  every(isNumber)(value.pids) &&
  isGroup(value.columns) &&
  Object.entries(value.columns).every(([column, entries]) => /^1?\d$/.test(column) && every(isEntry)(entries));

const isTick: Check = (value) =>
  isGroup(value) &&
  isNumber(value.t) &&
  isNumber(value.stale) &&
  (value.all === undefined || value.all === true) &&
  every(isValues)(value.changed) &&
  every(isIdentity)(value.identities) &&
  every(isNumber)(value.exited) &&
  (value.differences === undefined || isDifferences(value.differences));

export function checkedBlock(value: unknown): ProcessBlock {
  const isBlock =
    isGroup(value) &&
    [2, 3, 4].includes(value.v as number) &&
    isText(value.chain) &&
    isNumber(value.n) &&
    (value.every === undefined || isNumber(value.every)) &&
    every(isTick)(value.ticks);
  if (!isBlock) throw new ForeignRecordError("a minute of the process table is not written as one");
  return value as unknown as ProcessBlock;
}

/** Of a consumer: texts, then a state, then numbers. */
const isConsumer: Check = (value) =>
  isGroup(value) &&
  Object.entries(value).every(([key, one]) =>
    key === "state" ? isState(one) : ["name", "command", "user"].includes(key) ? isText(one) : isNumber(one),
  );

export function checkedConsumers(value: unknown): Consumer[] {
  if (!every(isConsumer)(value)) throw new ForeignRecordError("what processes used is not written as that");
  return value as Consumer[];
}
