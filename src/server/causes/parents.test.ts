import { expect, test } from "vitest";
import { consumerOf } from "../../../tests/helpers/consumer";
import { parentsOfNew, parentsOfZombies } from "./parents";

const shells = (names: (index: number) => string) =>
  Array.from({ length: 100 }, (_, index) =>
    consumerOf(1000 + index, { name: "sh", command: `/bin/sh ${names(index)}`, parentPid: 1, shortLived: 6 }),
  );

test("new processes that many programs start are nobody's in particular", () => {
  const { contributors, coverage, refusal } = parentsOfNew({ now: shells((index) => `/opt/job${index}.sh`), before: [] }, 0);
  expect(refusal).toBe("spread over 100 processes, none above 1%");
  expect(contributors).toHaveLength(3);
  expect(coverage).toBeCloseTo(0.03);
});

test("new processes that many of one program start are that program's", () => {
  const now = shells(() => "/opt/job.sh");
  const before = now.map((one) => ({ ...one, shortLived: 2 }));
  const { contributors, refusal } = parentsOfNew({ now, before }, 1000);
  expect(refusal).toBeNull();
  expect(contributors).toMatchObject([{ kind: "program", name: "sh job.sh", processes: 100, value: 600, change: 400, share: 1 }]);
});

test("zombies of parents that are not seen are not those of the few that are", () => {
  const zombie = (pid: number, parentPid: number) => consumerOf(pid, { parentPid, state: "defunct" });
  const hidden = Array.from({ length: 9 }, (_, index) => zombie(100 + index, 50));
  const { contributors, refusal } = parentsOfZombies([consumerOf(7), zombie(8, 7), ...hidden]);
  expect(refusal).toBe("processes account for only 10% of it");
  expect(contributors).toMatchObject([{ pid: 7, share: 0.1 }]);
});
