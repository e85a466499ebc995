/** Where to go after a login: a path of this server, whatever somebody has put into the link. */
export function nextPath(wanted: string | undefined): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  const isPath = wanted !== undefined && /^\/(?![/\\])[^\\\u0000-\u001f\u007f]*$/.test(wanted);
  return isPath && !wanted.startsWith("/login") ? wanted : "/";
}
