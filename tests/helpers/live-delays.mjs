/**
 * Follows a server's live data, in a process of its own. Prints an empty line when the first sample arrives, and at SIGTERM how many ms each
 * one after it took to arrive, as JSON.
 */
const [url = ""] = process.argv.slice(2);
/** @type {number[]} */
const delays = [];
let isFirst = true;
process.on("SIGTERM", () => {
  process.stdout.write(JSON.stringify(delays), () => process.exit(0));
});
const { body } = await fetch(`${url}/api/stream`);
const decoder = new TextDecoder();
let rest = "";
for await (const chunk of body ?? []) {
  const events = (rest + decoder.decode(chunk, { stream: true })).split("\n\n");
  rest = events.pop() ?? "";
  for (const event of events) {
    // A snapshot comes where the series have changed.
    const sampledAt = /^event: (?:sample|snapshot)\ndata: \{"(?:t|timestamp)":(\d+)/m.exec(event)?.[1];
    if (sampledAt === undefined) continue;
    if (isFirst) process.stdout.write("\n");
    else delays.push(Date.now() - Number(sampledAt));
    isFirst = false;
  }
}
