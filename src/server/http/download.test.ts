import { expect, test } from "vitest";
import { attachment } from "./download";

test.each([
  ["report.pdf", `attachment; filename="report.pdf"; filename*=UTF-8''report.pdf`],
  ["größe 1.csv", `attachment; filename="gro_e_1.csv"; filename*=UTF-8''gr%C3%B6%C3%9Fe%201.csv`],
  ['a"; filename="b.exe', `attachment; filename="a_filename_b.exe"; filename*=UTF-8''a%22%3B%20filename%3D%22b.exe`],
  ["x'(y)*.json", `attachment; filename="x_y_.json"; filename*=UTF-8''x%27%28y%29%2A.json`],
  ["a\r\nSet-Cookie: b", `attachment; filename="a_Set-Cookie_b"; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20b`],
])("the file %j is named so that every browser saves it under that name", (name, header) => {
  expect(attachment(name)).toBe(header);
});
