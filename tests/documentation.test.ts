/** The documentation as a site: what links lead to, and what is in its list. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import GithubSlugger from "github-slugger";
import { Marked, type Token, type Tokens } from "marked";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contentsOf, renderDocs, renderPage } from "../bin/render-docs.mjs";
import { serveDocumentation } from "../src/server/http/documentation";

const DOCS = "docs";
const pages = readdirSync(DOCS).filter((name) => name.endsWith(".md"));
/** Also those that have no place in the site. */
const documents = [...pages.map((name) => join(DOCS, name)), ...readdirSync(".").filter((name) => name.endsWith(".md"))];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-docs-"));
  renderDocs(DOCS, folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Every link, and the anchors that GitHub gives the headings. */
function read(path: string): { links: string[]; anchors: Set<string> } {
  const links: string[] = [];
  const slugger = new GithubSlugger();
  const anchors = new Set<string>();
  const marked = new Marked();
  marked.walkTokens(marked.lexer(readFileSync(path, "utf8")), (token: Token) => {
    if (token.type === "link" || token.type === "image") links.push((token as Tokens.Link).href);
    if (token.type === "heading") anchors.add(slugger.slug(plain(token.tokens ?? [])));
  });
  return { links, anchors };
}

const plain = (tokens: readonly Token[]): string =>
  tokens
    .map((token) => ("tokens" in token && token.tokens ? plain(token.tokens) : "text" in token ? String(token.text) : ""))
    .join("");

test.each(documents)("every link of %s leads to a file, and to a heading in it", (document) => {
  const dead: string[] = [];
  for (const link of read(document).links) {
    if (/^[a-z]+:/.test(link)) continue;
    const [path = "", anchor] = link.split("#", 2);
    const target = path === "" ? document : join(dirname(document), path);
    if (!existsSync(target)) dead.push(link);
    else if (anchor !== undefined && !read(target).anchors.has(anchor)) dead.push(link);
  }
  expect(dead).toEqual([]);
});

test("the list has every page once", () => {
  const listed = contentsOf(readFileSync(join(DOCS, "README.md"), "utf8")).sections.flatMap(({ pages: some }) =>
    some.map(({ name }) => `${name}.md`),
  );
  expect([...listed, "README.md"].sort()).toEqual([...pages].sort());
});

async function shown(path: string, basePath = "") {
  const request = new Request(`http://localhost${basePath}/docs${path}`, {
    headers: { "content-security-policy": "script-src 'self' 'nonce-abc123'" },
  });
  const response = await serveDocumentation(request, path, { basePath, documentationDir: folder });
  return { status: response.status, text: await response.text() };
}

test.each(["", "/monitor"])(
  "every link within the site leads to a page and an anchor that is there, below '%s'",
  async (basePath) => {
    const texts = new Map<string, string>();
    for (const name of ["", ...pages.filter((page) => page !== "README.md").map((page) => `/${page.slice(0, -3)}`)])
      texts.set(`${basePath}/docs${name}`, (await shown(name, basePath)).text);
    const dead: string[] = [];
    for (const [page, text] of texts) {
      for (const [, href = ""] of text.matchAll(/ href="([^"]*)"/g)) {
        if (/^https?:/.test(href) || href === `${basePath}/` || /\/(icon\.svg|api\/)/.test(href)) continue;
        const [path = "", anchor] = href.split("#", 2);
        const target = texts.get(path === "" ? page : path);
        if (target === undefined || (anchor !== undefined && !target.includes(` id="${anchor}"`))) dead.push(`${page}: ${href}`);
      }
    }
    expect(dead).toEqual([]);
  },
);

test("a page has its title, its place in the list and the nonce of its response", async () => {
  const { status, text } = await shown("/alerts");
  expect(status).toBe(200);
  expect(text).toContain("<title>Alerts - Hostscope documentation</title>");
  expect(text).toContain('<a href="/docs/alerts" aria-current="page">Alerts</a>');
  expect([...text.matchAll(/<(?:script|style)\b[^>]*>/g)].every(([tag]) => tag.includes('nonce="abc123"'))).toBe(true);
});

test.each(["/nothing", "/../package", "/alerts.md", "/alerts/", "/index", "/contents.json"])("%s is no page", async (path) => {
  expect((await shown(path)).status).toBe(404);
});

test("what looks like a tag in a text is shown, not used", () => {
  expect(renderPage("a <script>alert(1)</script> b")).not.toContain("<script>");
});

test("a file that is no page is no link", () => {
  expect(renderPage("[rules](../config/rules.yml) and [alerts](alerts.md#rules)")).toBe(
    '<p>rules and <a href="/docs/alerts#rules">alerts</a></p>\n',
  );
});

const PARTS = ["all", "half", "a third", "a quarter", "a fifth", "a sixth", "a seventh", "an eighth", "a ninth", "a tenth"];

test("what the README says of CPU and memory is what the benchmark measured", () => {
  const [, overhead = ""] = /^## Overhead without a viewer$(.*?)^## /ms.exec(readFileSync("bench/results.md", "utf8")) ?? [];
  const rows = overhead.split("\n").map((line) => line.split("|").map((cell) => Number.parseFloat(cell) || cell.trim()));
  const [few, many] = rows.filter((row) => row[2] === "Netdata").map((row) => PARTS[Math.round(1 / Number(row[4])) - 1]);
  const resident = rows.filter((row) => row[2] === "Hostscope").map((row) => Number(row[5]));
  const memory = Math.round(Math.max(...resident) / 10) * 10;
  expect(readFileSync("README.md", "utf8").replaceAll(/\s+/g, " ")).toContain(
    `About ${few} of what Netdata uses with 100 processes and ${many} with 1,000; in return it needs more memory, about ${memory} MiB.`,
  );
});
