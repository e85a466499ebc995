/** "full in ~9 h". */
export function fillWords(seconds: number): string {
  if (seconds < 3600) return `full in ~${Math.max(1, Math.round(seconds / 60))} min`;
  if (seconds < 48 * 3600) return `full in ~${Math.round(seconds / 3600)} h`;
  return `full in ~${Math.round(seconds / 86_400)} days`;
}
