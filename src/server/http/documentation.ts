/** The documentation as pages: what bin/render-docs.mjs made of docs/, in a frame of its own that needs no other file. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "~/domain/errors";
import { escapeHtml } from "~/domain/escape-html";
import type { Runtime } from "../runtime";
import { DOCUMENTATION_STYLE } from "./documentation-style";
import { problemOf, problemResponse } from "./problem";

interface Page {
  name: string;
  title: string;
}

interface Contents {
  sections: { title: string; pages: Page[] }[];
}

const INDEX: Page = { name: "", title: "Documentation" };

/** The theme that was chosen on the other pages, before anything is drawn. */
const THEME = `const theme = localStorage.getItem("theme");
if (theme === "light" || theme === "dark") document.documentElement.style.colorScheme = theme;`;
/** Beside the text there is room for the list of pages. */
const LIST = `document.getElementById("pages").open = matchMedia("(min-width: 60rem)").matches;`;

/** `path` is what follows /docs. */
export async function serveDocumentation(
  request: Request,
  path: string,
  { basePath, documentationDir }: Pick<Runtime, "basePath" | "documentationDir">,
): Promise<Response> {
  const contents = JSON.parse(await readFile(join(documentationDir, "contents.json"), "utf8")) as Contents;
  const name = path.replace(/^\//, "");
  const page = [INDEX, ...contents.sections.flatMap(({ pages }) => pages)].find((one) => one.name === name);
  if (!page) {
    const refused = new AppError(
      "not_found",
      `There is no documentation page ${name.slice(0, 100)}. ${basePath}/docs lists all pages.`,
    );
    return problemResponse(problemOf(refused), request);
  }
  const text = await readFile(join(documentationDir, `${page.name || "index"}.html`), "utf8");
  // The front door put a nonce for this response into the header.
  const nonce = /'nonce-([^']+)'/.exec(request.headers.get("content-security-policy") ?? "")?.[1] ?? "";
  const html = documentationPage({ contents, page, text, nonce }).replaceAll(' href="/', ` href="${escapeHtml(basePath)}/`);
  return new Response(html, { headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" } });
}

const addressOf = ({ name }: Page) => (name === "" ? "/docs" : `/docs/${name}`);

function linkTo(page: Page, current: Page): string {
  const here = page.name === current.name ? ' aria-current="page"' : "";
  return `<a href="${addressOf(page)}"${here}>${escapeHtml(page.title)}</a>`;
}

function listOf({ sections }: Contents, current: Page): string {
  const parts = sections.map(
    ({ title, pages }) =>
      `<h2>${escapeHtml(title)}</h2><ul>${pages.map((page) => `<li>${linkTo(page, current)}</li>`).join("")}</ul>`,
  );
  return `<ul><li>${linkTo({ ...INDEX, title: "Overview" }, current)}</li></ul>${parts.join("")}`;
}

/** The pages before and after, in the order of the list. */
function neighbours({ sections }: Contents, current: Page): string {
  const all = [INDEX, ...sections.flatMap(({ pages }) => pages)];
  const place = all.findIndex(({ name }) => name === current.name);
  const [before, after] = [all[place - 1], all[place + 1]];
  const link = (page: Page | undefined, rel: string, arrow: string) =>
    page ? `<a rel="${rel}" href="${addressOf(page)}"><span>${arrow}</span> ${escapeHtml(page.title)}</a>` : "<span></span>";
  return link(before, "prev", "Previous:") + link(after, "next", "Next:");
}

interface Shown {
  contents: Contents;
  page: Page;
  /** HTML. */
  text: string;
  nonce: string;
}

function documentationPage({ contents, page, text, nonce }: Shown): string {
  const title = page.name === "" ? "Hostscope documentation" : `${page.title} - Hostscope documentation`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><link rel="icon" href="/icon.svg"><style nonce="${escapeHtml(nonce)}">${DOCUMENTATION_STYLE}</style>
<script nonce="${escapeHtml(nonce)}">${THEME}</script></head><body>
<a class="skip" href="#content">Skip to content</a>
<header><a href="/"><b>Hostscope</b></a><a href="/docs">Documentation</a></header>
<div class="columns"><details id="pages"><summary>Pages</summary><nav aria-label="Documentation">${listOf(contents, page)}</nav></details>
<script nonce="${escapeHtml(nonce)}">${LIST}</script>
<main id="content" tabindex="-1">${text}<footer><nav aria-label="Neighbouring pages">${neighbours(contents, page)}</nav></footer></main></div>
</body></html>`;
}
