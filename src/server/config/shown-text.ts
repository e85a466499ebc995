/** The configuration file as text, with its comments and without its secrets. Pure. */
import { type Document, isMap, isNode, isScalar, isSeq, parseDocument } from "yaml";
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

interface Commented {
  comment?: string | null | undefined;
  commentBefore?: string | null | undefined;
}

function hideInComments(node: Commented): void {
  if (node.comment) node.comment = commentWithoutSecrets(node.comment);
  if (node.commentBefore) node.commentBefore = commentWithoutSecrets(node.commentBefore);
}

/** Hides the secrets at and below a node. `path` is as `withoutSecrets` takes it: a block of a list counts as one that stands alone. */
function hide(document: Document, node: unknown, { path, redactor }: { path: SettingPath; redactor: Redactor }): void {
  if (!isNode(node)) return;
  hideInComments(node);
  if (isMap(node)) {
    for (const { key, value } of node.items) {
      if (isNode(key)) hideInComments(key);
      hide(document, value, { path: [...path, isScalar(key) ? String(key.value) : ""], redactor });
    }
    return;
  }
  if (!isSeq(node)) {
    if (isScalar(node) && withoutSecrets(node.value, path, redactor) !== node.value) node.value = SECRET_PLACEHOLDER;
    return;
  }
  const plain: unknown = node.toJS(document);
  const shown = withoutSecrets(plain, path, redactor);
  for (const [index, item] of node.items.entries()) {
    const one = Array.isArray(shown) ? shown[index] : SECRET_PLACEHOLDER;
    if (isScalar(item) && typeof one === "string") item.value = one;
    else hide(document, item, { path: [...path, index], redactor });
  }
}

/** Null while the file has a mistake: nothing says then where its secrets are. */
export function textWithoutSecrets(text: string, { security }: Pick<Config, "security">): string | null {
  const document = parseDocument(text, { merge: false });
  if (document.errors.length > 0) return null;
  hideInComments(document);
  hide(document, document.contents, { path: [], redactor: new Redactor(security.redact_arguments) });
  return document.toString({ lineWidth: 0 });
}
