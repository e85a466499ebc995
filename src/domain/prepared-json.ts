/** A response that is JSON already. Whatever serializes responses sends it as it is. */
export class PreparedJson {
  constructor(readonly text: string) {}
}

/** An object whose `list` holds entries with a part that is JSON already. */
export function withEncodedList(head: object, list: string, entries: readonly (object & { encoded: string })[]): PreparedJson {
  const texts = entries.map(({ encoded, ...one }) => `${JSON.stringify(one).slice(0, -1)},${encoded}}`);
  return new PreparedJson(`${JSON.stringify(head).slice(0, -1)},${JSON.stringify(list)}:[${texts.join(",")}]}`);
}
