import { expect, test } from "vitest";
import { shownUnitName } from "./unit-name";

test.each([
  ["backup@a\\x2db.service", "backup@a-b.service"],
  ["backup@caf\\xc3\\xa9.service", "backup@café.service"],
  ["systemd-fsck@dev-disk-by\\x2duuid-1\\x2d2.service", "systemd-fsck@dev-disk-by-uuid-1-2.service"],
  ["odd\\xff\\xfe.service", "odd\\xff\\xfe.service"],
  ["bell\\x07.service", "bell\\x07.service"],
  ["nginx.service", "nginx.service"],
])("%s is shown as %s", (name, shown) => {
  expect(shownUnitName(name)).toBe(shown);
});
