// What a list of the page means: which ticks select its rows, and where their ids are. What is not certain is left
// open, and the person is asked.
import type { FoundList, Likeness, Signal, Source } from "../page/found.js";

/** The numbers of the choices, in the order in which they are offered, and the one that is certainly meant. */
export interface Options {
  offered: number[];
  chosen: number | undefined;
}

export interface Row {
  contactId: string;
  sequenceId: string;
}

const NOTHING: Options = { offered: [], chosen: undefined };

function numbersOf<T>(items: readonly T[], isSo: (item: T) => boolean): number[] {
  return items.flatMap((item, number) => (isSo(item) ? [number] : []));
}

function sameRows(a: Signal, b: Signal): boolean {
  return a.rows.length === b.rows.length && a.rows.every((row, i) => row === b.rows[i]);
}

/** The ticks that select rows. None offered: no row is selected. */
export function signalOptions({ signals }: FoundList): Options {
  const ticked = (number: number): boolean => (signals[number]?.rows.length ?? 0) + (signals[number]?.hidden ?? 0) > 0;
  const isBoxes = ({ label }: Signal): boolean => /\bbox(es)?\b/.test(label);
  const certain = numbersOf(signals, ({ likeness }) => likeness === "certain");
  // A page that marks no row as selected may not mark rows at all; an empty column of boxes says that none is.
  const telling = certain.filter((number) => ticked(number) || isBoxes(signals[number] as Signal));
  const [first] = telling;
  if (first !== undefined) {
    const agrees = telling.every((number) => sameRows(signals[number] as Signal, signals[first] as Signal));
    if (agrees) return ticked(first) ? { offered: [first], chosen: first } : NOTHING;
    return { offered: telling.filter(ticked), chosen: undefined };
  }
  const unclear = numbersOf(signals, ({ likeness }) => likeness === "unclear").filter(ticked);
  const others = numbersOf(signals, ({ likeness }) => likeness === "other").filter(ticked);
  return { offered: unclear.length > 0 ? unclear : others, chosen: undefined };
}

function agree(a: Source, b: Source, rows: readonly number[]): boolean {
  return rows.every((row) => {
    const [one = "", other = ""] = [a.values[row], b.values[row]];
    return one === "" || other === "" || one.toLowerCase() === other.toLowerCase();
  });
}

function filled({ values }: Source, rows: readonly number[]): number {
  return rows.filter((row) => values[row] !== "").length;
}

/** One id for all rows belongs to something that they have in common, not to a row: the contact whose deals these are. */
function isShared({ values }: Source, rows: readonly number[]): boolean {
  return rows.length > 1 && new Set(rows.map((row) => values[row])).size === 1;
}

function best(sources: readonly Source[], numbers: readonly number[], rows: readonly number[]): number | undefined {
  const of = (number: number): Source => sources[number] as Source;
  const [first, ...others] = [...numbers].sort((a, b) => filled(of(b), rows) - filled(of(a), rows));
  return first !== undefined && others.every((number) => agree(of(first), of(number), rows)) ? first : undefined;
}

/** Where the contacts' ids are in these rows. What is certainly something else, such as a company's id, is not offered. */
export function contactOptions({ contacts }: FoundList, rows: readonly number[]): Options {
  const named = numbersOf(contacts, (source) => source.likeness !== "other" && filled(source, rows) > 0);
  const better = named.filter((number) => contacts[number]?.likeness !== "unlikely");
  const usable = better.length > 0 ? better : named;
  const of = (likeness: Likeness): number[] =>
    usable.filter((number) => {
      const source = contacts[number];
      return source?.likeness === likeness && !isShared(source, rows);
    });
  const certain = of("certain");
  if (certain.length > 0) return { offered: usable, chosen: best(contacts, certain, rows) };
  if (usable.some((number) => contacts[number]?.likeness === "certain")) return { offered: usable, chosen: undefined };
  const likely = of("likely");
  const chosen = likely.length === 0 ? undefined : best(contacts, [...likely, ...of("unclear")], rows);
  return { offered: usable, chosen };
}

/** Where the sequences' ids are; none chosen and none offered: the person types one. */
export function sequenceOptions({ sequences }: FoundList, rows: readonly number[]): Options {
  const usable = numbersOf(sequences, (source) => filled(source, rows) > 0);
  const certain = usable.filter((number) => sequences[number]?.likeness === "certain");
  return { offered: usable, chosen: best(sequences, certain, rows) };
}

/** The ids of the chosen rows; empty if a row has none. No sequence: the page does not say. */
export function rowsOf(
  list: FoundList,
  rows: readonly number[],
  contacts: number,
  sequences: number | undefined,
): Row[] {
  return rows.map((row) => ({
    contactId: list.contacts[contacts]?.values[row] ?? "",
    sequenceId: sequences === undefined ? "" : (list.sequences[sequences]?.values[row] ?? ""),
  }));
}
