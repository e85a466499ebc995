import { expect, test } from "vitest";
import { LoginThrottle, type LoginTry } from "./login-throttle";

const stranger = (change: Partial<LoginTry> = {}): LoginTry => ({
  account: "ann",
  network: "192.0.2.1",
  device: null,
  ...change,
});

/** Tries as often as it may until `end`; returns how often that was. */
function guess(throttle: LoginThrottle, attempt: LoginTry, end: number): number {
  let tries = 0;
  for (let now = 0; now < end; now += Math.max(1, throttle.waitMs(attempt, now))) {
    if (throttle.waitMs(attempt, now) > 0) continue;
    throttle.failed(attempt, now);
    tries++;
  }
  return tries;
}

test("delays double with each wrong try, and end fifteen minutes after the last", () => {
  const throttle = new LoginThrottle();
  const waits = Array.from({ length: 23 }, () => {
    throttle.failed(stranger(), 0);
    return throttle.waitMs(stranger(), 0);
  });
  expect(waits).toEqual(
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900].map((seconds) => seconds * 1000),
  );
  expect(throttle.waitMs(stranger(), 899_999)).toBe(1);
  expect(throttle.waitMs(stranger(), 900_001)).toBe(0);
});

test("one network gets fewer than 100 tries at an account in a day's first hour, and fewer than 1,500 in a day", () => {
  expect(guess(new LoginThrottle(), stranger(), 3_600_000)).toBeLessThan(100);
  expect(guess(new LoginThrottle(), stranger(), 86_400_000)).toBeLessThan(1500);
});

test("a stranger's wrong tries shut nobody out: not the owner elsewhere, and not a known device beside the stranger", () => {
  const throttle = new LoginThrottle();
  guess(throttle, stranger(), 600_000);
  expect(throttle.waitMs(stranger(), 600_000)).toBeGreaterThan(0);
  expect(throttle.waitMs(stranger({ network: "198.51.100.1" }), 600_000)).toBe(0);
  expect(throttle.waitMs(stranger({ device: "laptop" }), 600_000)).toBe(0);
});

test("guessers with a thousand networks delay a new device by seconds, and a known one not at all", () => {
  const throttle = new LoginThrottle();
  for (let network = 0; network < 1000; network++) throttle.failed(stranger({ network: String(network) }), 0);
  const elsewhere = throttle.waitMs(stranger({ network: "new" }), 0);
  expect(elsewhere).toBeGreaterThan(0);
  expect(elsewhere).toBeLessThanOrEqual(10_000);
  expect(throttle.waitMs(stranger({ network: "new", device: "laptop" }), 0)).toBe(0);
});

test("one network that tries many names waits, and invented names cost other networks nothing", () => {
  const throttle = new LoginThrottle();
  for (let name = 0; name < 30; name++) throttle.failed(stranger({ account: `name${name}` }), 0);
  expect(throttle.waitMs(stranger({ account: "another" }), 0)).toBeGreaterThan(0);
  expect(throttle.waitMs(stranger({ network: "198.51.100.1" }), 0)).toBe(0);
});

test("a device pays for its own wrong tries, and a login clears them", () => {
  const throttle = new LoginThrottle();
  const laptop = stranger({ device: "laptop" });
  for (let tries = 0; tries < 12; tries++) throttle.failed(laptop, 0);
  expect(throttle.waitMs(laptop, 0)).toBe(4000);
  throttle.succeeded(laptop);
  expect(throttle.waitMs(laptop, 0)).toBe(0);
});

test("many devices of one account share an allowance in one network", () => {
  const throttle = new LoginThrottle();
  let tries = 0;
  for (let device = 0; device < 100; device++) {
    const attempt = stranger({ device: String(device) });
    for (let wrong = 0; wrong < 10 && throttle.waitMs(attempt, 0) === 0; wrong++, tries++) throttle.failed(attempt, 0);
  }
  expect(tries).toBe(30);
  expect(throttle.waitMs(stranger({ device: "laptop", network: "198.51.100.1" }), 0)).toBe(0);
});

test("a flood of refused tries is told once a minute for each network, and of twenty networks at most", () => {
  const throttle = new LoginThrottle();
  const told = (networks: number, now: number) =>
    Array.from({ length: networks * 3 }, (_, index) =>
      throttle.tells(stranger({ network: String(index % networks) }), now),
    ).filter(Boolean).length;
  expect(told(3, 0)).toBe(3);
  expect(told(3, 60_000)).toBe(0);
  expect(told(100, 60_001)).toBe(20);
});

test("right passwords make nobody wait, however many come from one network", () => {
  const throttle = new LoginThrottle();
  for (let login = 0; login < 500; login++) {
    const attempt = stranger({ account: `name${login % 50}` });
    expect(throttle.waitMs(attempt, login)).toBe(0);
    throttle.failed(attempt, login);
    throttle.succeeded(attempt);
  }
});

test("100,000 networks do not fill the memory", () => {
  const throttle = new LoginThrottle();
  for (let network = 0; network < 100_000; network++) throttle.failed(stranger({ network: String(network) }), 0);
  expect((throttle as unknown as { failures: Map<string, unknown> }).failures.size).toBeLessThanOrEqual(50_000);
});
