// Numbers, times and names as people read them.

/** 12,345 */
export function grouped(number: number): string {
  return number.toLocaleString("en");
}

/** "1 contact", "2 contacts" */
export function counted(number: number, noun: string, many = `${noun}s`): string {
  return `${grouped(number)} ${number === 1 ? noun : many}`;
}

/** Milliseconds as "350 ms", "12 s", "3 min 20 s". */
export function duration(ms: number): string {
  if (ms < 1000) return `${String(Math.max(0, Math.round(ms)))} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${String(seconds)} s`;
  return `${grouped(Math.floor(seconds / 60))} min ${String(seconds % 60)} s`;
}

/** What is left of a wait, in whole seconds and never 0 while it lasts. */
export function countdown(ms: number): string {
  return duration(Math.max(1, Math.ceil(ms / 1000)) * 1000);
}

/** "line 3", "entries 3, 8 and 2 more" */
export function places(noun: string, numbers: readonly number[], total: number): string {
  const more = total - numbers.length;
  const list = numbers.map(grouped).join(", ");
  const many = noun.endsWith("y") ? `${noun.slice(0, -1)}ies` : `${noun}s`;
  return `${total === 1 ? noun : many} ${list}${more > 0 ? ` and ${grouped(more)} more` : ""}`;
}
