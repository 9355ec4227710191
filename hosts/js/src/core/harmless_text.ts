/**
 * Text from a module or a server, made fit for one line of a message: "?" replaces each control character, line break,
 * and invisible or bidirectional format character, so that it cannot control a terminal or hide anything.
 */
export function harmlessText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "?");
}
