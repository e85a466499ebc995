import type { Words } from "../en";

export const performance: Words["performance"] = {};
