/**
 * `npm run demo`: the demo server, until it is interrupted.
 *   npm run demo -- --port 5080     on another port than 5000
 */
import { startDemo } from "./demo/start";

const server = await startDemo(process.argv.slice(2));
server.stderr.pipe(process.stderr);
// A terminal that has closed takes no more lines.
process.stderr.on("error", () => {});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => server.kill(signal));
// To the server, a hang-up means to read its configuration again.
process.on("SIGHUP", () => server.kill("SIGTERM"));
server.on("exit", (code) => {
  process.exitCode = code ?? 0;
});
