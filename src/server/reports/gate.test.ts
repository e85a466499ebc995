import { expect, test } from "vitest";
import { createGate } from "./gate";

const never = new AbortController().signal;

function task() {
  let finish: () => void = () => {};
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return { finish, run: () => done };
}

test("two run, the third waits, the fourth is refused", async () => {
  const gate = createGate({ running: 2, waiting: 1 });
  const [a, b, c] = [task(), task(), task()];
  const order: string[] = [];
  const note = (name: string, one: ReturnType<typeof task>) => gate(one.run, never).then(() => order.push(name));
  const all = [note("a", a), note("b", b), note("c", c)];
  await expect(gate(async () => {}, never)).rejects.toThrow(/3 reports are being made/);
  c.finish();
  b.finish();
  a.finish();
  await Promise.all(all);
  expect(order.sort()).toEqual(["a", "b", "c"]);
  await expect(gate(async () => 7, never)).resolves.toBe(7);
});

test("whoever leaves the queue makes room in it", async () => {
  const gate = createGate({ running: 1, waiting: 1 });
  const first = task();
  const running = gate(first.run, never);
  const leaving = new AbortController();
  const left = gate(async () => {}, leaving.signal);
  leaving.abort(new Error("gone"));
  await expect(left).rejects.toThrow("gone");
  const second = gate(async () => "in", never);
  first.finish();
  await running;
  await expect(second).resolves.toBe("in");
});

test("a task that fails gives its place up", async () => {
  const gate = createGate({ running: 1, waiting: 0 });
  await expect(gate(() => Promise.reject(new Error("no")), never)).rejects.toThrow("no");
  await expect(gate(async () => "yes", never)).resolves.toBe("yes");
});
