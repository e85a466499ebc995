import { expect, test } from "vitest";
import { usualPlaces } from "./places";

const input = { programDir: "/opt/hostscope/lib", home: "/home/ann", isRoot: false, released: true };
const NONE = { config: undefined, data: undefined, state: undefined };

test("a checkout keeps its own, whoever runs it", () => {
  for (const isRoot of [true, false]) {
    expect(usualPlaces({ ...input, released: false, isRoot, xdg: { ...NONE, data: "/x" } })).toEqual({
      configPath: "/opt/hostscope/lib/config/config.yaml",
      dataDir: "/opt/hostscope/lib/data",
      logDir: "/opt/hostscope/lib/logs",
    });
  }
});

test("installed, root has the folders of the system", () => {
  expect(usualPlaces({ ...input, isRoot: true, xdg: NONE })).toEqual({
    configPath: "/etc/hostscope/config.yaml",
    dataDir: "/var/lib/hostscope",
    logDir: "/var/log/hostscope",
  });
});

test("installed, a user has the XDG folders, or those that XDG variables name", () => {
  expect(usualPlaces({ ...input, xdg: NONE })).toEqual({
    configPath: "/home/ann/.config/hostscope/config.yaml",
    dataDir: "/home/ann/.local/share/hostscope",
    logDir: "/home/ann/.local/state/hostscope/logs",
  });
  expect(usualPlaces({ ...input, xdg: { config: "/c", data: "/d", state: "/s" } })).toEqual({
    configPath: "/c/hostscope/config.yaml",
    dataDir: "/d/hostscope",
    logDir: "/s/hostscope/logs",
  });
});
