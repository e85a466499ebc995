/** The filter of the table of machines. Pure. */
import { MACHINE_STATES, type Machine } from "./machine";
import { type Field, type FilterGrammar, type RowFilter, readFilter, type Test } from "./row-filter";

export type FilteredMachine = Pick<
  Machine,
  "name" | "state" | "version" | "labels" | "cpu" | "memory" | "disk" | "network" | "pressure" | "alerts" | "contributor"
>;

type Row = FilteredMachine;

const percent = (share: (row: Row) => number | null | undefined): Field<Row> => ({
  kind: "percent",
  number: (row) => {
    const value = share(row) ?? null;
    return value === null ? null : value * 100;
  },
});

const firing = ({ alerts: { info, warning, critical } }: Row) => info + warning + critical;

const memory = percent((row) => row.memory);

const FIELDS: Readonly<Record<string, Field<Row>>> = {
  name: { kind: "text", text: (row) => row.name },
  state: { kind: "state", test: stateTest },
  cpu: percent((row) => row.cpu),
  memory,
  disk: percent((row) => row.disk?.used),
  network: { kind: "rate", number: (row) => row.network },
  pressure: percent((row) => row.pressure?.share),
  alerts: { kind: "count", number: firing },
  critical: { kind: "count", number: ({ alerts }) => alerts.critical },
  warning: { kind: "count", number: ({ alerts }) => alerts.warning },
  program: { kind: "text", text: ({ contributor }) => contributor?.program ?? "" },
  user: { kind: "text", text: ({ contributor }) => contributor?.user ?? "" },
  version: { kind: "text", text: (row) => row.version ?? "" },
};

/** The states, and what is no text but stands for them. */
export const MACHINE_WORDS: readonly string[] = ["firing", ...MACHINE_STATES.filter((state) => state !== "up")];

/** The fields that a filter knows, in the order in which they are named to people. */
export function machineFields(labels: readonly string[]): string[] {
  return [...Object.keys(FIELDS), ...labels.filter((label) => !Object.hasOwn(FIELDS, label.toLowerCase()))];
}

function stateTest(value: string): Test<Row> | null {
  const wanted = value.toLowerCase();
  const state = MACHINE_STATES.find((one) => one === wanted || (wanted.length > 1 && one.startsWith(wanted)));
  return state === undefined ? null : (row) => row.state === state;
}

/** The value of a label, found by its name in lower case. */
function labelField(labels: readonly string[], name: string): Field<Row> | undefined {
  const label = labels.find((one) => one.toLowerCase() === name);
  return label === undefined ? undefined : { kind: "text", text: (row) => row.labels[label] ?? "" };
}

const WORDS: FilterGrammar<Row>["words"] = {
  firing: (row) => firing(row) > 0,
  late: ({ state }) => state === "late",
  silent: ({ state }) => state === "silent",
};

/** An empty filter matches everything. What cannot be read is left out and told. `labels` are those that machines have. */
export function readMachineFilter(text: string, labels: readonly string[]): RowFilter<FilteredMachine> {
  return readFilter(text, {
    fieldOf: (name) => (name === "mem" ? memory : Object.hasOwn(FIELDS, name) ? FIELDS[name] : labelField(labels, name)),
    searched: (row) => [row.name, ...Object.values(row.labels)].join(" "),
    words: WORDS,
  });
}
