/** What a value of a label is called on a chart of a metric: "in" of lost datagrams is not the "in" of swapping. Pure. */
export function labelWord(values: Readonly<Record<string, string>>, metric = ""): (value: string) => string {
  return (value) => values[`${metric} ${value}`] ?? values[value] ?? value;
}
