import { createRequire } from "node:module";

const { resolve } = createRequire(import.meta.url);

/** What a PDF is rendered with in tests. */
export const PDF_OPTIONS = { paper: "a4" as const, fontFolder: "node_modules/geist/dist/fonts/geist-sans", resolve };
