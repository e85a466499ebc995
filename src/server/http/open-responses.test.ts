import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import type { Caller } from "~/domain/access";
import { OpenResponses } from "./open-responses";

/** Enough of a response: it is open until it closes, and its client reads or does not. */
class FakeResponse extends EventEmitter {
  destroyed = false;
  writableNeedDrain = false;

  destroy() {
    this.destroyed = true;
    this.emit("close");
  }
}

const fake = () => new FakeResponse() as FakeResponse & ServerResponse;
const caller = (kind: "local" | "user" | "token", name: string, address: string): Caller => ({
  role: "viewer",
  actor: { kind, name, id: kind === "local" ? null : `id of ${name}`, address, onThisMachine: kind === "local" },
});
const local = caller("local", "local", "127.0.0.1");
const anna = caller("user", "anna", "192.0.2.1");
const ben = caller("user", "ben", "192.0.2.2");

function fill(responses: OpenResponses, kind: "stream" | "download" | "history", who: Caller): FakeResponse[] {
  const open: FakeResponse[] = [];
  for (;;) {
    const response = fake();
    if (!responses.admit(kind, response, { caller: who, stillAllowed: async () => true })) return open;
    open.push(response);
  }
}

test("one viewer who opens all the streams and downloads of a share shuts nobody else out", () => {
  const responses = new OpenResponses();
  const streams = fill(responses, "stream", anna);
  expect(streams).toHaveLength(50);
  expect(fill(responses, "download", anna)).toHaveLength(4);
  expect(fill(responses, "history", anna)).toHaveLength(16);
  expect(fill(responses, "stream", { ...anna, actor: { ...anna.actor, address: "192.0.2.9" } })).toHaveLength(0);
  expect(fill(responses, "stream", { ...ben, actor: { ...ben.actor, address: anna.actor.address } })).toHaveLength(0);
  expect(fill(responses, "stream", ben)).toHaveLength(50);
  expect(fill(responses, "stream", local)).toHaveLength(1000);
  streams[0]?.destroy();
  expect(fill(responses, "stream", anna)).toHaveLength(1);
});

test("the addresses of one IPv6 network are one client", () => {
  const responses = new OpenResponses();
  const from = (address: string, name: string) => caller("token", name, address);
  expect(fill(responses, "download", from("2001:db8::1", "a"))).toHaveLength(4);
  expect(fill(responses, "download", from("2001:db8::2", "b"))).toHaveLength(0);
  expect(fill(responses, "download", from("2001:db8:0:1::2", "b"))).toHaveLength(4);
});

test("a client that takes nothing for a minute is disconnected, a slow one is not", () => {
  let now = 0;
  const responses = new OpenResponses(() => now);
  const [stalled, slow, idle] = [fake(), fake(), fake()];
  for (const one of [stalled, slow, idle]) responses.admit("download", one, { caller: anna, stillAllowed: async () => true });
  stalled.writableNeedDrain = true;
  slow.writableNeedDrain = true;
  for (; now <= 80_000; now += 10_000) {
    if (now === 50_000) slow.emit("drain");
    responses.check();
  }
  expect([stalled.destroyed, slow.destroyed, idle.destroyed]).toEqual([true, false, false]);
  expect(fill(responses, "download", anna)).toHaveLength(2);
});

test("a stream whose login is revoked ends; one that cannot be checked just now stays", async () => {
  const responses = new OpenResponses();
  const [revoked, unchecked, valid] = [fake(), fake(), fake()];
  responses.admit("stream", revoked, { caller: anna, stillAllowed: async () => false });
  responses.admit("stream", unchecked, { caller: anna, stillAllowed: () => Promise.reject(new Error("locked")) });
  responses.admit("stream", valid, { caller: anna, stillAllowed: async () => true });
  responses.check();
  await Promise.resolve();
  await Promise.resolve();
  expect([revoked.destroyed, unchecked.destroyed, valid.destroyed]).toEqual([true, false, false]);
});

test("a client that has left before it was admitted takes no place", () => {
  const responses = new OpenResponses();
  for (let index = 0; index < 100; index++) {
    const gone = fake();
    gone.destroyed = true;
    expect(responses.admit("download", gone, { caller: anna, stillAllowed: async () => true })).toBe(true);
  }
  expect(fill(responses, "download", anna)).toHaveLength(4);
});

test("an account of this machine takes no places of another", () => {
  const responses = new OpenResponses();
  const admit = (localUser: string | null) =>
    responses.admit("download", fake(), { caller: local, stillAllowed: async () => true, localUser });
  expect([1, 2, 3, 4, 5].map(() => admit("nobody"))).toEqual([true, true, true, true, false]);
  expect(admit("anna")).toBe(true);
  for (let account = 0; account < 30; account++) admit(`account ${account}`);
  expect(admit("one more")).toBe(false);
});
