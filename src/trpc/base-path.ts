/** The path below which the pages are, such as `/monitor`; empty at the root. The layout writes it into the document. */
function basePath(): string {
  return typeof document === "undefined" ? "" : (document.documentElement.dataset.basePath ?? "");
}

/** A path of this server as a browser asks for it. Next's own links and routes need it not. */
export function atBase(path: string): string {
  return `${basePath()}${path}`;
}

/** A path of the browser's address as Next's routes are called. */
export function belowBase(path: string): string {
  const base = basePath();
  return base !== "" && (path === base || path.startsWith(`${base}/`)) ? path.slice(base.length) || "/" : path;
}
