/**
 * What a member of an action's input is called on a form: its title or, if the manifest gives none, its name split into
 * words, so that `batchSize` is Batch Size.
 */
export function titleOf(name: string, title?: string): string {
  return title ?? name.replace(/[A-Z]/g, " $&").replace(/^./, (first) => first.toUpperCase());
}
