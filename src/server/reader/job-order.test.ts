import { expect, test } from "vitest";
import { JobOrder } from "./job-order";

interface Work {
  name: string;
  cost: number;
  slices: number;
}

/** Names in the order in which slices ran; `arrivals` come before the slice with their number. */
function run(jobs: Work[], arrivals: Record<number, Work> = {}): string {
  const order = new JobOrder<Work>();
  for (const job of jobs) order.add({ ...job });
  const ran: string[] = [];
  for (let slice = 0; ; slice++) {
    const arrival = arrivals[slice];
    if (arrival) order.add({ ...arrival });
    const job = order.next();
    if (!job) return ran.join(" ");
    ran.push(job.name);
    if (--job.slices === 0) order.remove(job);
  }
}

const short = (name: string, cost = 1): Work => ({ name, cost, slices: 1 });
const long = (name: string, cost: number, slices: number): Work => ({ name, cost, slices });

test("cheap ones come first, equals in the order in which they were asked", () => {
  expect(run([short("c", 3), short("a", 1), short("b", 2), short("a2", 1)])).toBe("a a2 b c");
});

test("a long one that is under way shares with short ones and is not overtaken by a shorter long one", () => {
  expect(run([long("year", 900, 4)], { 1: long("day", 100, 2), 2: short("now") })).toBe("year year now year year day day");
});

test("short ones without end leave every second slice to a long one", () => {
  const arrivals = Object.fromEntries(Array.from({ length: 6 }, (_, slice) => [slice, short(`s${slice}`)]));
  expect(run([long("year", 900, 3)], arrivals)).toBe("s0 year s1 year s2 year s3 s4 s5");
});

test("a job that nobody waits for makes room for the next", () => {
  const order = new JobOrder<Work>();
  const [year, day] = [long("year", 100, 5), long("day", 200, 1)];
  order.add(year);
  order.add(day);
  expect(order.next()).toBe(year);
  order.remove(year);
  expect(order.next()).toBe(day);
  order.remove(day);
  expect(order.next()).toBeUndefined();
});
