/** Renders the documentation: of each page in docs/ the HTML between header and footer, and the contents as docs/README.md lists them. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Marked } from "marked";
import { gfmHeadingId } from "marked-gfm-heading-id";

/**
 * @typedef {{ name: string, title: string }} Page `name` is that of its file, without `.md`
 * @typedef {{ title: string, pages: Page[] }} Section
 * @typedef {{ sections: Section[] }} Contents
 */

const INDEX = "README.md";
/** What a page links to that the server has under another address. */
const ELSEWHERE = new Map([["report.schema.json", "/api/export/report/schema"]]);

/** @param {string} text */
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/**
 * The address of a link from page to page; null for a file that is no page, such as an example in the program's folder.
 * @param {string} href @returns {string | null}
 */
export function addressOf(href) {
  if (/^(?:[a-z]+:|#)/i.test(href)) return href;
  const [path = "", anchor] = href.split("#", 2);
  const hash = anchor === undefined ? "" : `#${anchor}`;
  if (path === INDEX) return `/docs${hash}`;
  const [, name] = /^([\w-]+)\.md$/.exec(path) ?? [];
  return name === undefined ? (ELSEWHERE.get(path) ?? null) : `/docs/${name}${hash}`;
}

function markdown() {
  const marked = new Marked(gfmHeadingId());
  marked.use({
    renderer: {
      link({ href, tokens }) {
        const text = this.parser.parseInline(tokens);
        const address = addressOf(href);
        return address === null ? text : `<a href="${escaped(address)}">${text}</a>`;
      },
      html: ({ text }) => escaped(text),
    },
    hooks: {
      // What is wider than a phone scrolls by itself, also by keyboard.
      postprocess: (html) =>
        html
          .replaceAll("<table>", '<div class="wide" role="group" aria-label="Table" tabindex="0"><table>')
          .replaceAll("</table>", "</table></div>")
          .replaceAll("<pre>", '<pre tabindex="0">'),
    },
  });
  return marked;
}

/** @param {string} text @returns {string} */
export function renderPage(text) {
  return /** @type {string} */ (markdown().parse(text));
}

/**
 * The sections of the index and the pages that its lists link to.
 * @param {string} text @returns {Contents}
 */
export function contentsOf(text) {
  /** @type {Section[]} */
  const sections = [];
  for (const token of markdown().lexer(text)) {
    if (token.type === "heading" && token.depth === 2) sections.push({ title: token.text, pages: [] });
    if (token.type !== "list") continue;
    for (const [, title = "", name = ""] of token.raw.matchAll(/^[-*] \[([^\]]+)\]\(([\w-]+)\.md\)/gm))
      sections.at(-1)?.pages.push({ name, title });
  }
  return { sections };
}

/** @param {string} folder with the pages @param {string} output */
export function renderDocs(folder, output) {
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });
  const index = readFileSync(join(folder, INDEX), "utf8");
  const contents = contentsOf(index);
  writeFileSync(join(output, "index.html"), renderPage(index));
  for (const { name } of contents.sections.flatMap(({ pages }) => pages))
    writeFileSync(join(output, `${name}.html`), renderPage(readFileSync(join(folder, `${name}.md`), "utf8")));
  // Last: what has it is whole.
  writeFileSync(join(output, "contents.json"), JSON.stringify(contents));
}
