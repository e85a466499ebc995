/** Passwords that guessers try first. Loaded when a password is set: the list takes some megabytes. */

/** True for a common password, also with digits and signs before or after it. */
export async function isCommonPassword(password: string): Promise<boolean> {
  const { dictionary } = await import("@zxcvbn-ts/language-common");
  const common = new Set<string>(dictionary["passwords-common"]);
  const lower = password.toLowerCase();
  const bare = lower.replace(/^[^a-z]+|[^a-z]+$/g, "");
  return common.has(lower) || common.has(bare) || common.has(lower.replace(/[^a-z\d]/g, ""));
}
