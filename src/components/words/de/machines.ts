import type { Words } from "../en";

export const machines: Words["machines"] = {};
