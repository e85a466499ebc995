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

const VALUES = 16;
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

const isTextOrNull: Check = (value) => value === null || isText(value);

/** Pid, start, parent, name, command, user; then group and session, which older blocks do not have. */
const IDENTITY = [isNumber, isNumber, isNumber, isText, isText, isText, isTextOrNull, isNumberOrNull];
const OLDEST_IDENTITY = 6;

const isIdentity: Check = (value) =>
  Array.isArray(value) &&
  value.length >= OLDEST_IDENTITY &&
  value.length <= IDENTITY.length &&
  value.every((one, place) => IDENTITY[place]?.(one));

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
  (value.moved === undefined || isNumber(value.moved)) &&
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
  if (!isBlock) throw new ForeignRecordError("a minute of the process table is malformed");
  return value as unknown as ProcessBlock;
}

const CONSUMER: Readonly<Record<string, Check>> = {
  name: isText,
  command: isText,
  user: isText,
  state: isState,
  group: isTextOrNull,
  sessionId: isNumberOrNull,
  sharedBytes: isNumberOrNull,
  swapBytes: isNumberOrNull,
  openFiles: isNumberOrNull,
};

/** What is not named there is a number. */
const isConsumer: Check = (value) =>
  isGroup(value) && Object.entries(value).every(([key, one]) => (Object.hasOwn(CONSUMER, key) ? CONSUMER[key] : isNumber)?.(one));

export function checkedConsumers(value: unknown): Consumer[] {
  if (!every(isConsumer)(value)) throw new ForeignRecordError("an entry of process usage is malformed");
  return value as Consumer[];
}
