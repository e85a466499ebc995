import type { Words } from "../en";

export const overview: Words["overview"] = {};
