import { expect, test } from "vitest";
import { groupEqual, shownArguments, shownName } from "./process-group";

test.each([
  ["nginx", "nginx: worker process", "nginx", "worker process"],
  ["node", "node --v8-pool-size=1 bin/hostscope.mjs start", "node hostscope.mjs", "--v8-pool-size=1 start"],
  ["python3", "/usr/bin/python3 /opt/backup.py --all", "python3 backup.py", "--all"],
  ["next-server (v1", "next-server (v16.0.0)", "next-server", "(v16.0.0)"],
  ["sh", "sh -c playwright test", "sh -c", "playwright test"],
  ["bash", "bash ", "bash", ""],
  ["kworker/3:1-even", "", "kworker", ""],
  ["kthreadd", "", "kthreadd", ""],
  ["a-program-with-a", "/usr/bin/a-program-with-a-long-name -x", "a-program-with-a-long-name", "-x"],
])("%s with %j is %s", (name, command, shown, rest) => {
  expect([shownName({ name, command }), shownArguments({ name, command })]).toEqual([shown, rest]);
});

test("equal processes are those of one program and user", () => {
  const of = (pid: number, name: string, user: string) => ({ pid, name, command: `/usr/bin/${name} --worker ${pid}`, user });
  const rows = [of(1, "nginx", "www"), of(2, "sshd", "root"), of(3, "nginx", "www"), of(4, "nginx", "root")];
  expect(groupEqual(rows).map((group) => group.map(({ pid }) => pid))).toEqual([[1, 3], [2], [4]]);
});
