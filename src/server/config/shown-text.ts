/** The configuration file as text, letter by letter, but for its secrets. Pure. */
import { isMap, isNode, isScalar, isSeq, Lexer, parseDocument } from "yaml";
import { Redactor } from "~/domain/redact";
import type { SettingPath } from "./edit";
import type { Config } from "./schema";
import { SECRET_PLACEHOLDER, withoutSecrets } from "./secrets";

/** In comments nothing says what block a key is of: what may be a secret by its name is hidden. */
const KEY_AND_VALUE =
  /(?<![\w-])((?:[\w-]*(?:password|passwd|secret|token|key|authorization)[\w-]*|(?:api_|webhook_)?url|headers)(?<!_file)["']?\s*:\s*)\S.*$/gim;

function commentWithoutSecrets(comment: string): string {
  return comment.replace(KEY_AND_VALUE, `$1${SECRET_PLACEHOLDER}`).replace(/:\/\/[^/\s@]+@/g, `://${SECRET_PLACEHOLDER}@`);
}

/** A part of the text and what is shown instead. */
interface Replacement {
  from: number;
  to: number;
  text: string;
}

/** The lexer marks the beginning of a scalar, which may begin with `#` in a block of text. */
const SCALAR = "\u001f";
const MARKS = new Set(["\u0002", "\u0018", SCALAR]);

function* commentsIn(text: string): Generator<Replacement> {
  let offset = 0;
  let before = "";
  for (const token of new Lexer().lex(text)) {
    if (token.startsWith("#") && before !== SCALAR) {
      yield { from: offset, to: offset + token.length, text: commentWithoutSecrets(token) };
    }
    if (!MARKS.has(token)) offset += token.length;
    before = token;
  }
}

/** The secrets at and below a node; `path` is as `withoutSecrets` takes it. */
function* secretsIn(node: unknown, path: SettingPath, redactor: Redactor): Generator<Replacement> {
  if (!isNode(node)) return;
  if (isMap(node)) {
    for (const { key, value } of node.items) {
      yield* secretsIn(value, [...path, isScalar(key) ? String(key.value) : ""], redactor);
    }
  } else if (isSeq(node)) {
    // The arguments of a program are judged together.
    const plain = node.items.map((item) => (isScalar(item) ? item.value : null));
    const shown = withoutSecrets(plain, path, redactor);
    for (const [index, item] of node.items.entries()) {
      const one: unknown = Array.isArray(shown) ? shown[index] : SECRET_PLACEHOLDER;
      if (isScalar(item) && one !== item.value && item.range) yield { from: item.range[0], to: item.range[1], text: String(one) };
      else yield* secretsIn(item, [...path, index], redactor);
    }
  } else if (isScalar(node) && node.range && withoutSecrets(node.value, path, redactor) !== node.value) {
    yield { from: node.range[0], to: node.range[1], text: SECRET_PLACEHOLDER };
  }
}

/** Null while the file has a mistake: nothing says then where its secrets are. */
export function textWithoutSecrets(text: string, { security }: Pick<Config, "security">): string | null {
  const document = parseDocument(text, { merge: false });
  if (document.errors.length > 0) return null;
  const replacements = [...secretsIn(document.contents, [], new Redactor(security.redact_arguments)), ...commentsIn(text)].sort(
    (a, b) => a.from - b.from,
  );
  let shown = "";
  let offset = 0;
  for (const { from, to, text: instead } of replacements) {
    // A block of text includes the end of its last line.
    const end = text[to - 1] === "\n" ? "\n" : "";
    shown += text.slice(offset, from) + instead + end;
    offset = to;
  }
  return shown + text.slice(offset);
}
