import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDatabase } from "../store/file/database";
import { migrate, readMigrations } from "../store/file/migrate";
import { Auth } from "./auth";

const DAY_MS = 86_400_000;
const password = "correct horse battery";
let folder: string;
let databasePath: string;
let auth: Auth;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-auth-"));
  databasePath = join(folder, "hostscope.db");
  const database = openDatabase(databasePath, { timeoutMs: 1000, checkpoints: true });
  migrate(database, readMigrations("prisma/migrations"), Date.now());
  database.close();
  auth = await Auth.open({ databasePath, dataDir: folder, timeoutMs: 1000 });
});

afterEach(async () => {
  await auth.close();
  rmSync(folder, { recursive: true, force: true });
});

async function login(name: string, word: string, secure = false): Promise<{ status: number; cookie: string }> {
  const answer = await auth.handle("/sign-in/username", {
    body: { username: name, password: word },
    cookie: null,
    userAgent: "test",
    client: { address: "192.0.2.7", secure },
  });
  return { status: answer.status, cookie: answer.headers.get("set-cookie") ?? "" };
}

const pair = (cookie: string) => cookie.split(";", 1)[0] ?? "";
const withCookie = (cookie: string, secure = false) => ({ authorization: undefined, cookie: pair(cookie), secure });
const withToken = (token: string) => ({ authorization: `Bearer ${token}`, cookie: undefined, secure: false });

test("a user logs in with the right password only, whatever the case of the name", async () => {
  await auth.users.add({ name: "Ann", password, role: "admin" });
  expect((await login("ann", "wrong horse battery")).status).toBe(401);
  expect((await login("nobody", password)).status).toBe(401);
  const { status, cookie } = await login("ANN", password);
  expect(status).toBe(200);
  expect(await auth.identify(withCookie(cookie), Date.now())).toMatchObject({
    role: "admin",
    actor: { kind: "user", name: "Ann" },
  });
  expect(await auth.users.logins(null, Date.now())).toMatchObject([{ user: "Ann", address: "192.0.2.7", userAgent: "test" }]);
});

test("the cookie is closed to scripts and other sites, and over https to http", async () => {
  await auth.users.add({ name: "ann", password, role: "viewer" });
  const plain = (await login("ann", password)).cookie;
  expect(plain).toMatch(/^hostscope=.*HttpOnly.*SameSite=Lax/i);
  expect(plain).not.toMatch(/Secure/);
  const secure = (await login("ann", password, true)).cookie;
  expect(secure).toMatch(/^__Host-hostscope=.*Path=\/.*Secure/i);
  expect(await auth.identify(withCookie(plain, true), Date.now())).toBeNull();
  expect(await auth.identify(withCookie(secure, true), Date.now())).toMatchObject({ role: "viewer" });
});

test("a cookie that was changed, and one of another server, are nobody's", async () => {
  await auth.users.add({ name: "ann", password, role: "viewer" });
  const cookie = pair((await login("ann", password)).cookie);
  for (const forged of [`${cookie.slice(0, -8)}AAAAAA%3D`, cookie.replace("=", "=x"), "hostscope=", "hostscope=a.b"]) {
    expect(await auth.identify(withCookie(forged), Date.now()), forged).toBeNull();
  }
});

test("a login ends when it is revoked, when the password changes, when the user goes, and after a week without use", async () => {
  await auth.users.add({ name: "ann", password, role: "viewer" });
  const first = (await login("ann", password)).cookie;
  const [one] = await auth.users.logins("ann", Date.now());
  await auth.users.endLogin(one?.id ?? "", "ann");
  expect(await auth.identify(withCookie(first), Date.now())).toBeNull();

  const second = (await login("ann", password)).cookie;
  await auth.users.setPassword("ann", "another horse battery");
  expect(await auth.identify(withCookie(second), Date.now())).toBeNull();
  expect((await login("ann", password)).status).toBe(401);

  const third = (await login("ann", "another horse battery")).cookie;
  expect(await auth.identify(withCookie(third), Date.now() + 6 * DAY_MS)).not.toBeNull();
  expect(await auth.identify(withCookie(third), Date.now() + 20 * DAY_MS)).toBeNull();

  const fourth = (await login("ann", "another horse battery")).cookie;
  await auth.users.remove("ann");
  expect(await auth.identify(withCookie(fourth), Date.now())).toBeNull();
});

test("a changed role holds for logins that are there already", async () => {
  await auth.users.add({ name: "ann", password, role: "viewer" });
  const { cookie } = await login("ann", password);
  await auth.users.setRole("ann", "admin");
  expect(await auth.identify(withCookie(cookie), Date.now())).toMatchObject({ role: "admin" });
  expect(await auth.users.isLastAdmin("ann")).toBe(true);
});

test.each([
  ["short", "twelve"],
  ["one that repeats", "aaaaaaaaaaaaaaaa"],
  ["one with the name in it", "annabella-2026!"],
])("a %s password is refused", async (_name, word) => {
  await expect(auth.users.add({ name: "annabella", password: word, role: "viewer" })).rejects.toMatchObject({
    code: "bad_request",
  });
});

test("a token opens what its role may, until it ends or is revoked; the database does not hold it", async () => {
  const now = Date.now();
  const { token, entry } = await auth.tokens.create(
    { name: "grafana", role: "viewer", createdBy: "ann", expiresAt: now + DAY_MS },
    now,
  );
  expect(await auth.identify(withToken(token), now)).toMatchObject({ role: "viewer", actor: { kind: "token", id: entry.id } });
  expect(await auth.tokens.list()).toMatchObject([{ name: "grafana", lastUsedAt: now }]);
  expect(await auth.identify(withToken(token), now + DAY_MS)).toBeNull();
  for (const wrong of [token.slice(0, -1), `${token}x`, token.replace(/_[a-f0-9]{12}_/, "_000000000000_"), "hs__", ""]) {
    expect(await auth.identify(withToken(wrong), now), wrong).toBeNull();
  }
  const database = new Database(databasePath, { readonly: true });
  const rows = JSON.stringify(database.prepare("SELECT * FROM api_tokens").all());
  database.close();
  expect(rows).not.toContain(token.split("_")[2]);
  await auth.tokens.revoke(entry.id);
  expect(await auth.identify(withToken(token), now)).toBeNull();
});

test("a wrong token is not rescued by a good cookie", async () => {
  await auth.users.add({ name: "ann", password, role: "admin" });
  const { cookie } = await login("ann", password);
  const both = { authorization: "Bearer hs_000000000000_x", cookie: pair(cookie), secure: false };
  expect(await auth.identify(both, Date.now())).toBeNull();
});

test("the secret that signs cookies is this user's alone, and stays over a restart", async () => {
  await auth.users.add({ name: "ann", password, role: "admin" });
  const { cookie } = await login("ann", password);
  expect(statSync(join(folder, "auth.secret")).mode & 0o777).toBe(0o600);
  await auth.close();
  auth = await Auth.open({ databasePath, dataDir: folder, timeoutMs: 1000 });
  expect(await auth.identify(withCookie(cookie), Date.now())).not.toBeNull();
});

test("a database that another program holds locked keeps nobody out who is known", async () => {
  await auth.users.add({ name: "ann", password, role: "admin" });
  const { cookie } = await login("ann", password);
  const { token } = await auth.tokens.create({ name: "x", role: "viewer", createdBy: "ann", expiresAt: null }, Date.now());
  await auth.close();
  auth = await Auth.open({ databasePath, dataDir: folder, timeoutMs: 20 });
  const other = new Database(databasePath);
  other.exec("BEGIN IMMEDIATE");
  expect(await auth.identify(withToken(token), Date.now())).toMatchObject({ role: "viewer" });
  expect(await auth.identify(withCookie(cookie), Date.now() + DAY_MS)).toMatchObject({ role: "admin" });
  other.close();
});

test("no user is called as requests without a login are in the audit log", async () => {
  await expect(auth.users.add({ name: "Local", password, role: "admin" })).rejects.toThrow("is reserved");
});

test.each(["1q2w3e4r5t6y", "Motherfucker", "motherfucker2026!", "12345-sonyericsson-!", "sony-ericsson"])(
  "%s is tried first by guessers and is refused",
  async (password) => {
    await expect(auth.users.add({ name: "ann", password, role: "viewer" })).rejects.toThrow("too common");
  },
);

test("a device is known to the user that it was made for, until the password changes, and to nobody else", async () => {
  for (const name of ["ann", "bob"]) await auth.users.add({ name, password, role: "viewer" });
  const value = await auth.devices.make("ann");
  expect(await auth.devices.verify("ANN", value)).toMatch(/^[\w-]{22}$/);
  expect(await auth.devices.verify("bob", value)).toBeNull();
  expect(await auth.devices.verify("nobody", value)).toBeNull();
  // The last character has bits that mean nothing.
  expect(await auth.devices.verify("ann", `${value.slice(0, -2)}${value.at(-2) === "A" ? "B" : "A"}${value.at(-1)}`)).toBeNull();
  for (const wrong of [undefined, "", ".", "x.y", value.split(".")[0]])
    expect(await auth.devices.verify("ann", wrong)).toBeNull();
  await auth.users.setPassword("ann", `${password} staple`);
  expect(await auth.devices.verify("ann", value)).toBeNull();
  expect(await auth.devices.verify("nobody", await auth.devices.make("nobody"))).toBeNull();
});

test("a user has a hundred logins at most; the oldest end first", async () => {
  await auth.users.add({ name: "ann", password, role: "viewer" });
  const database = new Database(databasePath, { timeout: 5000 });
  const user = database.prepare("SELECT id, created_at FROM users").get() as { id: string; created_at: number };
  const insert = database.prepare(
    "INSERT INTO sessions (id, token, user_id, expires_at, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
  for (let login = 0; login < 130; login++) insert.run(`s${login}`, `t${login}`, user.id, at(9000), at(login), at(login));
  await auth.users.endOldLogins("Ann");
  const left = database.prepare("SELECT id FROM sessions").pluck().all() as string[];
  expect(left).toHaveLength(100);
  expect(left).toContain("s129");
  expect(left).not.toContain("s0");
  database.close();
});
