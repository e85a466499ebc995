import type { Words } from "../en";

export const login: Words["login"] = {};
