/** Renders the OpenAPI document as one HTML page without scripts, fonts or external resources. */
import { escapeHtml } from "~/domain/escape-html";
import type { JsonSchema, OpenApiDocument, OpenApiOperation, OpenApiParameter } from "./openapi-types";

const html = (text: unknown) => escapeHtml(String(text));

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#e2e5ea, #2a3038); --soft: light-dark(#f5f6f8, #171b21);
  --quiet: light-dark(#5c6672, #98a2b0); --accent: light-dark(#0a58ca, #7cb2ff); }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; background: light-dark(#fff, #0f1216); color: light-dark(#14181d, #e6e9ee); }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem 6rem; }
h1 { font-size: 1.6rem; margin: 0; } h2 { margin: 2.5rem 0 .75rem; font-size: 1.1rem; text-transform: capitalize; }
p { margin: .4rem 0; } a { color: var(--accent); } .quiet { color: var(--quiet); white-space: pre-line; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin-top: 1rem; text-transform: capitalize; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; }
summary { cursor: pointer; padding: .6rem .8rem; display: flex; gap: .75rem; flex-wrap: wrap; align-items: baseline; }
summary:focus-visible { outline: 2px solid var(--accent); } details[open] > summary { border-bottom: 1px solid var(--line); }
details > div { padding: .6rem .8rem 1rem; } b.method { min-width: 3.6rem; font-size: .8rem; color: var(--accent); }
code, pre { font: 13px/1.5 ui-monospace, monospace; } pre { background: var(--soft); padding: .7rem; border-radius: 6px; overflow-x: auto; margin: .4rem 0; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; font-weight: normal; }
h3 { font-size: .85rem; margin: 1rem 0 .2rem; color: var(--quiet); font-weight: 600; }`;

/** Describes a schema in a few words: `integer 1..2000, default 720`. */
export function schemaWords(schema: JsonSchema): string {
  const { $ref, anyOf, type, minimum, maximum, pattern, default: preset } = schema;
  if (typeof $ref === "string") return $ref.slice($ref.lastIndexOf("/") + 1);
  if (Array.isArray(schema.enum)) return `${schema.enum.join(", ")}${preset === undefined ? "" : `; default ${preset}`}`;
  if (Array.isArray(anyOf)) return [...new Set(anyOf.map((one) => schemaWords(one as JsonSchema)))].join(" or ");
  if (type === "array") return `list of ${schemaWords((schema.items ?? {}) as JsonSchema)}`;
  const range = [minimum ?? "", maximum ?? ""].join("..");
  const safe = Number.isSafeInteger(maximum) && maximum === Number.MAX_SAFE_INTEGER ? "" : ` ${range}`;
  return [
    `${type ?? "anything"}${range === ".." ? "" : safe}`,
    ...(typeof pattern === "string" ? [`matching ${pattern}`] : []),
    ...(preset === undefined ? [] : [`default ${JSON.stringify(preset)}`]),
  ].join(", ");
}

/** A curl command to paste into a shell. */
export function curlOf(path: string, method: string, operation: OpenApiOperation, origin: string): string {
  const parameters = operation.parameters ?? [];
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    return String(parameters.find((one) => one.name === name)?.example ?? name.toUpperCase());
  });
  const query = parameters
    .filter((one) => one.in === "query" && one.example !== undefined)
    .map(({ name, example }) => `${name}=${encodeURIComponent(String(example))}`)
    .join("&");
  const body = operation.requestBody?.content["application/json"]?.example;
  const hasBody = body !== undefined && Object.keys(body as object).length > 0;
  return [
    "curl",
    ...(operation.operationId === "stream" ? ["-N"] : []),
    ...(method === "get" ? [] : ["-X", method.toUpperCase()]),
    query ? `"${origin}${filled}?${query}"` : `${origin}${filled}`,
    ...(hasBody ? ["-H", "'content-type: application/json'", "-d", `'${JSON.stringify(body)}'`] : []),
  ].join(" ");
}

function parameterRows(parameters: readonly OpenApiParameter[]): string {
  const rows = parameters.map(
    ({ name, required, description, schema }) =>
      `<tr><td><code>${html(name)}</code>${required ? " *" : ""}</td><td>${html(schemaWords(schema))}${description ? `<br><span class="quiet">${html(description)}</span>` : ""}</td></tr>`,
  );
  return `<h3>Parameters</h3><table>${rows.join("")}</table>`;
}

function operationPart(path: string, method: string, operation: OpenApiOperation, origin: string): string {
  const { summary, parameters = [], requestBody, operationId, responses } = operation;
  const body = requestBody?.content["application/json"]?.schema;
  const answer = (responses[200] as { content?: Record<string, { schema: JsonSchema }> } | undefined)?.content ?? {};
  const answers = Object.entries(answer).map(([type, { schema }]) => {
    const name = typeof schema.$ref === "string" ? schemaWords(schema) : null;
    return `<p><code>${html(type)}</code> ${name ? `<a href="#schema-${html(name)}">${html(name)}</a>` : html(schemaWords(schema))}</p>`;
  });
  return `<details id="${html(operationId)}"><summary><b class="method">${method.toUpperCase()}</b><code>${html(path)}</code><span class="quiet">${html(summary)}</span></summary><div>
<pre>${html(curlOf(path, method, operation, origin))}</pre>
${parameters.length > 0 ? parameterRows(parameters) : ""}
${body ? `<h3>Body</h3><pre>${html(JSON.stringify(body, null, 2))}</pre>` : ""}
<h3>Answer</h3>${answers.join("")}</div></details>`;
}

/** `nonce` allows the page's one style element in the content security policy. */
export function docsPage(document: OpenApiDocument, { nonce, origin }: { nonce: string; origin: string }): string {
  const entries = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const tags = [...new Set(entries.flatMap(({ operation }) => operation.tags))];
  const sections = tags.map((tag) => {
    const parts = entries
      .filter(({ operation }) => operation.tags.includes(tag))
      .map(({ path, method, operation }) => operationPart(path, method, operation, origin));
    return `<h2 id="${html(tag)}">${html(tag)}</h2>${parts.join("\n")}`;
  });
  const schemas = Object.entries(document.components.schemas).map(
    ([name, schema]) =>
      `<details id="schema-${html(name)}"><summary><code>${html(name)}</code></summary><div><pre>${html(JSON.stringify(schema, null, 2))}</pre></div></details>`,
  );
  const { title, version, description } = document.info;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${html(title)} API</title><style nonce="${html(nonce)}">${STYLE}</style></head><body><main>
<h1>${html(title)} API</h1><p class="quiet">Version ${html(version)}, <a href="/api/openapi.json">openapi.json</a>, <a href="/">dashboard</a></p>
<p class="quiet">${html(description.replace(/\n/g, " "))}</p>
<nav aria-label="Sections">${tags.map((tag) => `<a href="#${html(tag)}">${html(tag)}</a>`).join("")}<a href="#schemas">schemas</a></nav>
${sections.join("\n")}<h2 id="schemas">Schemas</h2>${schemas.join("\n")}</main></body></html>`;
}
