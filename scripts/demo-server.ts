/** Runs the demo server until it is interrupted. */
import { startDemo } from "./demo";

process.stderr.write("Making a day of recorded data, about a minute\n");
const server = await startDemo(process.argv.slice(2));
server.stderr.pipe(process.stderr);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => server.kill(signal));
server.on("exit", (code) => {
  process.exitCode = code ?? 0;
});
