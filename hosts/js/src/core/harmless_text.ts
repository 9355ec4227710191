/**
 * Text that a module or a server chose, made fit for one line of a message: "?" takes the place of each control
 * character, line break, and invisible or bidirectional format character, so that it steers no terminal and hides nothing.
 */
export function harmlessText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "?");
}
