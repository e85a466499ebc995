import { expect, test } from "vitest";
import type { GroupState, NotificationEvent } from "~/domain/notification";
import { addEvents, decideGroup, EMPTY_GROUP } from "./group";

const timing = { groupWaitMs: 30_000, groupIntervalMs: 300_000, repeatIntervalMs: 4 * 3_600_000 };
const event = (
  at: number,
  alertId: string,
  kind: NotificationEvent["kind"] = "fired",
  severity: NotificationEvent["severity"] = "warning",
): NotificationEvent => ({ at, alertId, kind, severity });

/** Plays events, flushes each second, and returns which alerts were sent when. */
function play(events: readonly NotificationEvent[], untilMs: number): { at: number; alerts: string[] }[] {
  let state: GroupState = EMPTY_GROUP;
  const sent: { at: number; alerts: string[] }[] = [];
  for (let now = 0; now <= untilMs; now += 1000) {
    state = addEvents(
      state,
      events.filter(({ at }) => at === now),
    );
    const decision = decideGroup(state, now, timing);
    state = decision.state;
    if (decision.send.length > 0) sent.push({ at: now, alerts: decision.send.map(({ alertId, kind }) => `${alertId} ${kind}`) });
  }
  return sent;
}

test("the first message waits half a minute for its company", () => {
  expect(play([event(0, "a"), event(20_000, "b")], 60_000)).toEqual([{ at: 30_000, alerts: ["a fired", "b fired"] }]);
});

test("what follows within five minutes comes in one message at their end", () => {
  expect(
    play([event(0, "a"), event(60_000, "b"), event(100_000, "c")], 400_000).map(({ at, alerts }) => [at, alerts.length]),
  ).toEqual([
    [30_000, 1],
    [330_000, 2],
  ]);
});

test("a critical alert that is new to a told group waits half a minute, not until the group is looked at", () => {
  expect(play([event(0, "a"), event(60_000, "b", "fired", "critical")], 100_000)[1]).toEqual({
    at: 90_000,
    alerts: ["b fired"],
  });
});

test("what fired and resolved before anyone heard is never told", () => {
  expect(play([event(0, "a"), event(10_000, "a", "resolved")], 600_000)).toEqual([]);
});

test("what was told is told again when it resolves", () => {
  expect(play([event(0, "a"), event(100_000, "a", "resolved")], 600_000)).toEqual([
    { at: 30_000, alerts: ["a fired"] },
    { at: 330_000, alerts: ["a resolved"] },
  ]);
});

test("ten thousand alerts in one tick are one message", () => {
  const storm = Array.from({ length: 10_000 }, (_, index) => event(0, `a${index}`));
  expect(decideGroup({ ...EMPTY_GROUP, pending: storm }, 30_000, timing).send).toHaveLength(10_000);
});
