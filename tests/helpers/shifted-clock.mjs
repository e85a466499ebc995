/** Preloaded into a server and its threads: the clock is ahead by the milliseconds that the file HOSTSCOPE_TEST_CLOCK has. */
import { readFileSync } from "node:fs";

const path = process.env.HOSTSCOPE_TEST_CLOCK;
const RealDate = Date;
let ahead = 0;
const read = () => {
  try {
    ahead = Number(readFileSync(path ?? "", "utf8")) || 0;
  } catch {
    ahead = 0;
  }
};
if (path) {
  read();
  setInterval(read, 100).unref();
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, given) => (given.length === 0 ? new target(RealDate.now() + ahead) : Reflect.construct(target, given)),
    get: (target, name) => (name === "now" ? () => RealDate.now() + ahead : Reflect.get(target, name)),
  });
}
