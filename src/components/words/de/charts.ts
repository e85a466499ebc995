import type { Words } from "../en";

export const charts: Words["charts"] = {};
