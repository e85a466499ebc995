/** Where to go after login: always a path on this server, whatever the link contains. */
export function nextPath(wanted: string | undefined): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  const isPath = wanted !== undefined && /^\/(?![/\\])[^\\\u0000-\u001f\u007f]*$/.test(wanted);
  return isPath && !wanted.startsWith("/login") ? wanted : "/";
}
