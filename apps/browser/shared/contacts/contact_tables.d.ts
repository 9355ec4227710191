// ../../../contact-files/columns.json, which the build bundles; its README says what the members mean.
declare module "contact-tables" {
  interface Names {
    certain: string[];
    likely: string[];
  }
  const tables: {
    contact: Names;
    possibleContact: { contains: string[]; begins: string[]; own: string[] };
    sequence: Names;
    possibleSequence: { contains: string[]; is: string[]; oneEditFrom: string[] };
    selects: Record<
      "edges" | "is" | "asks" | "tasks" | "stay" | "stayNames" | "stayTasks" | "otherTasks" | "go" | "goNames" | "no",
      string[]
    >;
    ticks: string[];
    noSequence: string[];
    bullets: string[];
    wrappers: string[];
    nameless: string[];
    lookalikes: Record<string, string>;
    whiteSpace: string[];
    invisible: string[];
    control: string[];
  };
  export default tables;
}
