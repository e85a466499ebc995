/** Follows a server's live data, in a process of its own, and prints at SIGTERM how many ms each sample took to arrive, as JSON. */
const [url = ""] = process.argv.slice(2);
/** @type {number[]} */
const delays = [];
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
    const sampledAt = /^event: sample\ndata: \{"t":(\d+)/m.exec(event)?.[1];
    if (sampledAt !== undefined) delays.push(Date.now() - Number(sampledAt));
  }
}
