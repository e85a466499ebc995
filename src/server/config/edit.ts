/** Edits a configuration text and keeps everything else in it, including comments. Pure. */
import { isDeepStrictEqual } from "node:util";
import { type Document, isMap, isScalar, isSeq, parseDocument } from "yaml";
import { AppError } from "~/domain/errors";
import { SERVICES, type ServiceName } from "../notifiers/services";
import { SECRET_PLACEHOLDER } from "./secrets";

export type SettingPath = readonly (string | number)[];

export interface ConfigChange {
  path: SettingPath;
  /** Undefined removes the setting from the file, so that its default applies. */
  value: unknown;
}

export interface EditOptions {
  /** Webhooks and mail servers on private networks may be set. */
  privateTargets: boolean;
}

/**
 * Settings that name a program, a file or an address to fetch from, and the guard of webhooks. Only those who can write the file
 * may set them.
 */
const FILE_ONLY: ReadonlySet<string> = new Set([
  ...Object.values(SERVICES).flatMap(({ secrets }) => secrets.map((key) => `${key}_file`)),
  "command",
  "argv",
  "function",
  "textfile",
  "http",
  "url_file",
  "password_file",
  "folder",
  "public_only",
]);

/** Settings that decide who gets in, and engines: what is measured here goes to them, and their answers are shown. */
const FILE_ONLY_PATHS = [
  "security",
  "server.host",
  "server.trusted_proxies",
  "server.allowed_hosts",
  "server.public_url",
  "containers",
  "remote_write",
  "fleet",
];

/** A file-only setting that the change sets or removes: one at, above or below its path. */
function fileOnlyPath({ path, value }: ConfigChange): string | undefined {
  const at = path.join(".");
  const touches = (setting: string) => {
    if (at === setting || at.startsWith(`${setting}.`)) return true;
    if (!setting.startsWith(`${at}.`)) return false;
    if (value === undefined || value === null || typeof value !== "object") return true;
    const first = setting.slice(at.length + 1).split(".")[0] ?? "";
    return first in value;
  };
  return FILE_ONLY_PATHS.find(touches);
}

/** `${NAME}` would be filled from the server's environment, which holds secrets. */
function holdsVariable(value: unknown): boolean {
  if (typeof value === "string") return value.includes("${");
  return value !== null && typeof value === "object" && Object.values(value).some(holdsVariable);
}

function fileOnlyKey({ path, value }: ConfigChange): string | undefined {
  const inPath = path.find((part): part is string => typeof part === "string" && FILE_ONLY.has(part));
  if (inPath !== undefined) return inPath;
  if (value === null || typeof value !== "object") return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = fileOnlyKey({ path: Array.isArray(value) ? [] : [key], value: inner });
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether anything but the file may change the setting. */
export function isEditable(path: SettingPath): boolean {
  const change = { path, value: undefined };
  return fileOnlyKey(change) === undefined && fileOnlyPath(change) === undefined;
}

/** Throws `forbidden` if a change sets a file-only setting. */
export function assertEditable(changes: readonly ConfigChange[]): void {
  for (const change of changes) {
    const parameter = change.path.join(".");
    if (holdsVariable(change.value)) {
      throw new AppError("forbidden", "${...} can only be used in the configuration file, not through the API.", [
        { parameter, detail: "must not contain ${" },
      ]);
    }
    const key = fileOnlyKey(change) ?? fileOnlyPath(change);
    if (key === undefined) continue;
    throw new AppError("forbidden", `${key} can only be set in the configuration file, not through the API.`, [
      { parameter, detail: `must not contain ${key}` },
    ]);
  }
}

type Block = Record<string, unknown>;

const isBlock = (value: unknown): value is Block => value !== null && typeof value === "object" && !Array.isArray(value);

/** Receivers of a kind, `webhook` or a service, and where they are: one block or a list of blocks. */
function receiversOf(notifications: Block, kind: string): { path: SettingPath; block: Block }[] {
  const given = notifications[kind];
  const at = ["notifications", kind];
  if (isBlock(given)) return [{ path: at, block: given }];
  if (!Array.isArray(given)) return [];
  return given.flatMap((block: unknown, index) => (isBlock(block) ? [{ path: [...at, index], block }] : []));
}

const RECEIVERS = ["webhook", "heartbeat", ...Object.keys(SERVICES)];
/** What says where a receiver is. */
const ADDRESSES = ["url", "api_url", "webhook_url", "homeserver"];

const sameAddress = (a: Block, b: Block) => ADDRESSES.every((key) => a[key] === b[key]);

/**
 * Receivers that are new or changed: they may not reach the network around this machine, unless `privateTargets`. One that stays as it
 * was keeps what it may.
 */
function guardReceivers(document: Document, before: Block, after: Block, { privateTargets }: EditOptions): void {
  const guard = (path: SettingPath) =>
    privateTargets ? document.deleteIn([...path, "public_only"]) : document.setIn([...path, "public_only"], true);
  for (const kind of RECEIVERS) {
    const known = receiversOf(before, kind).map(({ block }) => block);
    for (const { path, block } of receiversOf(after, kind)) {
      if ((kind === "webhook" || kind === "heartbeat") && block.url === undefined) continue;
      const same = known.find((one) => sameAddress(one, block));
      if (same === undefined) {
        guard(path);
        dropStoredSecrets(document, { kind, path, block, known });
      } else if (same.public_only !== block.public_only) document.setIn([...path, "public_only"], same.public_only ?? false);
    }
  }
  const [old, mail] = [before.email, after.email];
  if (!isBlock(mail)) return;
  if (!isBlock(old) || MAIL_SERVER.some((key) => mail[key] !== old[key])) guard(MAIL);
  else if (mail.public_only !== old.public_only) document.setIn([...MAIL, "public_only"], old.public_only ?? false);
}

/** A stored token goes to no other address than the one that it was stored for. */
function dropStoredSecrets(
  document: Document,
  { kind, path, block, known }: { kind: string; path: SettingPath; block: Block; known: readonly Block[] },
): void {
  const secrets: readonly string[] =
    kind === "webhook" ? ["headers"] : kind === "heartbeat" ? [] : SERVICES[kind as ServiceName].secrets;
  for (const key of secrets.filter((one) => !ADDRESSES.includes(one))) {
    const isStored = known.some((one) => one[key] !== undefined && isDeepStrictEqual(one[key], block[key]));
    if (isStored) document.deleteIn([...path, key]);
    document.deleteIn([...path, `${key}_file`]);
  }
}

const MAIL: SettingPath = ["notifications", "email"];
/** Settings of mail that decide who gets its password, and how. */
const MAIL_SERVER = ["smtp_server", "smtp_port", "tls", "username"];

/** Whether a change brings a password of its own for mail. */
function bringsPassword({ path, value }: ConfigChange): boolean {
  const given = [...MAIL, "password"]
    .slice(path.length)
    .reduce<unknown>((inner, key) => (isBlock(inner) ? inner[key] : undefined), value);
  const isOnWay = [...MAIL, "password"].slice(0, path.length).every((key, index) => key === path[index]);
  return isOnWay && typeof given === "string" && given !== SECRET_PLACEHOLDER;
}

/** A stored password goes to no other server, port or user than the one that it was stored for, and not with less encryption. */
function dropMailPassword(document: Document, before: Block, after: Block, changes: readonly ConfigChange[]): void {
  const { email: old } = before;
  const { email: mail } = after;
  if (!isBlock(old) || !isBlock(mail) || MAIL_SERVER.every((key) => old[key] === mail[key])) return;
  document.deleteIn([...MAIL, "password_file"]);
  if (!changes.some(bringsPassword)) document.deleteIn([...MAIL, "password"]);
}

function treeOf(document: Document): Block {
  const tree: unknown = document.toJS({ maxAliasCount: 100 });
  return isBlock(tree) ? tree : {};
}

function treeOfEdited(document: Document): Block {
  try {
    return treeOf(document);
  } catch {
    throw new AppError("conflict", "Another setting refers to this one by a YAML alias (*name). Change it in the file.");
  }
}

function blockAt(tree: Block, name: string): Block {
  const block = tree[name];
  return isBlock(block) ? block : {};
}

/** Keys of programs, and of the sources that only the file names. */
const PROGRAM_KEYS = new Set(["command", "argv", "function", "textfile", "url_file"]);

/** Keys of all that only the file may name. Another setting of the file can be an alias of their value. */
const NAMED_IN_FILE = new Set([...FILE_ONLY].filter((key) => key !== "public_only"));

/** Each value of these keys in a configuration, as its key and its JSON. */
function* valuesOf(value: unknown, keys: ReadonlySet<string>): Generator<string> {
  if (value === null || typeof value !== "object") return;
  for (const [key, inner] of Object.entries(value)) {
    if (!Array.isArray(value) && keys.has(key)) yield `${key} ${JSON.stringify(inner)}`;
    else yield* valuesOf(inner, keys);
  }
}

/** What the second has and the first has not, as often as it has it. */
function firstMissing(some: Iterable<string>, wanted: Iterable<string>): string | undefined {
  const left = new Map<string, number>();
  for (const one of some) left.set(one, (left.get(one) ?? 0) + 1);
  for (const one of wanted) {
    const count = left.get(one) ?? 0;
    if (count === 0) return one;
    left.set(one, count - 1);
  }
  return undefined;
}

/**
 * A block that is replaced loses what its new value does not name: what decides who gets in has to be there as it was, and so have the
 * programs that the owner of the file has named, such as the one that pages them. Nor may one be made by changing what it is an alias of.
 */
function assertSameAccess(before: Block, after: Block): void {
  const at = (tree: Block, path: string) =>
    path.split(".").reduce<unknown>((value, key) => (isBlock(value) ? value[key] : undefined), tree);
  const changed = FILE_ONLY_PATHS.find((path) => !isDeepStrictEqual(at(before, path), at(after, path)));
  const gone = firstMissing(valuesOf(after, PROGRAM_KEYS), valuesOf(before, PROGRAM_KEYS));
  const made = firstMissing(valuesOf(before, NAMED_IN_FILE), valuesOf(after, NAMED_IN_FILE));
  const lost = changed ?? (gone ?? made)?.split(" ", 1)[0];
  if (lost === undefined) return;
  throw new AppError("forbidden", `${lost} can only be changed in the configuration file, not through the API.`, [
    { parameter: lost, detail: "would be removed: set individual values instead of the whole block" },
  ]);
}

/** Keeps a secret whose value is the placeholder that the API showed for it. */
function unhidden(document: Document, path: SettingPath, value: unknown): unknown {
  if (value === SECRET_PLACEHOLDER) return document.getIn(path);
  if (Array.isArray(value)) return value.map((one, index) => unhidden(document, [...path, index], one));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unhidden(document, [...path, key], inner)]));
}

/** Refuses an index past the end of a list. YAML would fill the list up to it: half a million empty entries for one request. */
function assertNoGap(document: Document, path: SettingPath): void {
  for (const [depth, part] of path.entries()) {
    const parent = document.getIn(path.slice(0, depth), true);
    if (isMap(parent)) continue;
    const length = isSeq(parent) ? parent.items.length : 0;
    // YAML accepts a numeric string as a list index too.
    if ((isSeq(parent) || typeof part === "number") && Number(part) > length) throw new RangeError("a list has no gaps");
  }
}

/**
 * Receivers of a kind are one block or a list of blocks. A path with a number means the same in both: a block is the first, and becomes a
 * list when a second one comes.
 */
function placeOfReceiver(document: Document, path: SettingPath): SettingPath {
  const [section = "", kind = "", index, ...rest] = path;
  if (section !== "notifications" || typeof index !== "number") return path;
  const at = [section, kind];
  const node = document.getIn(at, true);
  if (!isMap(node)) return path;
  if (index === 0) return [...at, ...rest];
  document.setIn(at, document.createNode([node]));
  return path;
}

function set(document: Document, { path: given, value }: ConfigChange): void {
  const path = placeOfReceiver(document, given);
  if (value === undefined) {
    document.deleteIn(path);
    prune(document, path.slice(0, -1));
    return;
  }
  if (value === SECRET_PLACEHOLDER) return;
  assertNoGap(document, path);
  // YAML parses a block that has only comments as null; a setting below it needs a map.
  for (let length = 1; length < path.length; length++) {
    const parent = document.getIn(path.slice(0, length), true);
    if (isScalar(parent) && parent.value === null) document.setIn(path.slice(0, length), document.createNode({}));
  }
  const next = unhidden(document, path, value);
  // A plain value goes into the existing node, which keeps the comment beside it.
  document.setIn(path, next !== null && typeof next === "object" ? document.createNode(next) : next);
}

/** Removes blocks that a removal left empty, unless they have comments. */
function prune(document: Document, path: SettingPath): void {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (!(isMap(node) || isSeq(node)) || node.items.length > 0 || node.comment || node.commentBefore) return;
    document.deleteIn(path.slice(0, length));
  }
}

/** Returns the changed text. The caller checks whether it is a valid configuration. */
export function editConfig(
  text: string,
  changes: readonly ConfigChange[],
  options: EditOptions = { privateTargets: false },
): string {
  const document = parseDocument(text, { uniqueKeys: true, merge: false });
  if (document.errors.length > 0) {
    throw new AppError("conflict", "The configuration file has an error. Fix it in the file first.");
  }
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) {
    const { commentBefore, comment } = document;
    document.contents = document.createNode({}) as unknown as typeof document.contents;
    document.commentBefore = commentBefore ?? comment;
  }
  const before = treeOf(document);
  for (const change of changes) {
    try {
      set(document, change);
    } catch {
      // The path leads below a plain value, by number into a map, or past the end of a list: there is no such setting.
      const parameter = change.path.join(".");
      throw new AppError("bad_request", `${parameter}: no such setting`, [{ parameter, detail: "no such setting" }]);
    }
  }
  const after = treeOfEdited(document);
  assertSameAccess(before, after);
  const [old, next] = [blockAt(before, "notifications"), blockAt(after, "notifications")];
  guardReceivers(document, old, next, options);
  dropMailPassword(document, old, next, changes);
  // Lists in brackets keep the spaces that they have, or have not.
  return document.toString({ lineWidth: 0, flowCollectionPadding: /[[{] +[^\s\]}]/.test(text) });
}
