// What was found in a page: lists with ticked rows, the ways in which rows may be ticked, and the places where their ids
// may be. All strings come from the page: data, neither markup nor checked ids. ../popup/choice.ts decides what is
// meant.

/** How certain it is that a thing is what its kind says. "other": it is certainly not what is looked for. */
export type Likeness = "certain" | "likely" | "unclear" | "unlikely" | "other";

/** One way in which rows of a list can be selected, such as one column of checkboxes. */
export interface Signal {
  /** For a person, such as: the boxes in the column “Select”. */
  label: string;
  likeness: Likeness;
  /** Indexes of the ticked rows in `FoundList.rows`. */
  rows: number[];
  /** Ticked, but not shown by the page; not among `rows`. */
  hidden: number;
}

/** One place in a row where an id may be, such as a column or an attribute. */
export interface Source {
  label: string;
  likeness: Likeness;
  /** One for each of `FoundList.rows`; empty if a row has none. */
  values: string[];
}

export interface FoundList {
  /** What the page calls it; empty if it has no name. */
  name: string;
  /** What a person reads in each row that is ticked in some way, truncated. */
  rows: string[];
  /** Further rows that the list says it has, and that the page does not hold: they are not read. */
  unseen: number;
  signals: Signal[];
  contacts: Source[];
  sequences: Source[];
}

/** An id in selected text. */
export interface Marked {
  id: string;
  /** The end of what stands before it, such as its name. */
  before: string;
}

export interface PageScan {
  lists: FoundList[];
  marked: Marked[];
  /** Ids of other things seem to be among those in selected text: a row of it has several, or a name says so. */
  isMarkedMixed: boolean;
  /** The viewer of a PDF, whose text no script can read. */
  isPdf: boolean;
  /** Frames of other sites: they are not read. */
  otherFrames: number;
  /** Ticked rows that were left out because there are more than one run takes. */
  leftOut: number;
}
