import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ConfigError, parseConfig } from "./load";

function mistakesIn(text: string, variables: Record<string, string> = {}): readonly string[] {
  try {
    parseConfig("config.yaml", text, (name) => variables[name]);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}

test("an empty file is the default configuration", () => {
  expect(parseConfig("config.yaml", "", () => undefined)).toMatchObject({
    server: { port: 5000 },
    monitoring: { interval: 1, history_size: 3600, max_series: 10_000 },
  });
});

test("the example file parses to the defaults", () => {
  const example = readFileSync("config/config.example.yaml", "utf8");
  expect(parseConfig("example", example, () => undefined)).toEqual(parseConfig("empty", "", () => undefined));
});

test.each([
  [
    "an unknown key is named with its place and a suggestion",
    "monitoring:\n  intervall: 5\n",
    "config.yaml:2:3 monitoring.intervall: no such setting, did you mean interval?",
  ],
  ["a wrong type", "server:\n  port: many\n", "config.yaml:2:3 server.port: expected a number, not text"],
  [
    "an interval below one second",
    "monitoring:\n  interval: 0.5\n",
    "config.yaml:2:3 monitoring.interval: expected whole seconds from 1 to 3600",
  ],
  ["a key given twice", "server:\n  port: 1\n  port: 2\n", "config.yaml:3:3 Map keys must be unique"],
  [
    "broken YAML",
    "server: {port: 1\n",
    "config.yaml:2:1 Flow map in block collection must be sufficiently indented and end with a }",
  ],
  ["a list where a map belongs", "- 1\n", "config.yaml:1:1 expected an object, not a list"],
  ["an unset variable", "server:\n  host: ${NOWHERE}\n", "config.yaml:2:9 the environment variable NOWHERE is not set"],
])("%s", (_name, text, mistake) => {
  expect(mistakesIn(text)).toContain(mistake);
});

test("variables are filled in after parsing and cannot become structure", () => {
  const config = parseConfig("config.yaml", 'server:\n  host: "${HOST:-::1}"\n', (name) =>
    name === "HOST" ? "a: b\nc: d" : undefined,
  );
  expect(config.server.host).toBe("a: b\nc: d");
  expect(parseConfig("config.yaml", 'server:\n  host: "${HOST:-::1}"\n', () => undefined).server.host).toBe("::1");
});

test("an alias bomb is refused", () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghi"
    .split("")
    .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${"abcdefgh"[i]}`).join(",")}]`)
    .join("\n")}`;
  expect(mistakesIn(bomb).join()).toContain("Excessive alias count");
});
