/** Who asks, and what they may do. */
export const ROLES = ["viewer", "admin"] as const;
export type Role = (typeof ROLES)[number];

export interface Actor {
  /** `local`: whoever sits at this machine, without a login. */
  kind: "local" | "user" | "token";
  name: string;
  /** Of the login or the token; null for `local`. */
  id: string | null;
  /** The client's address, as far as it can be trusted. */
  address: string;
}

export interface Caller {
  role: Role;
  actor: Actor;
}
