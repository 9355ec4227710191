import { inSlices } from "../../shared/slices.js";

const IDS_A_SLICE = 2000;

interface Input {
  removals: { sequenceId: string; contactIds: unknown[] }[];
  options: Record<string, unknown>;
}

/** The input as UTF-8 JSON, the same as JSON.stringify's, but written in slices. */
export async function inputBytes({ removals, options }: Input): Promise<Uint8Array<ArrayBuffer>> {
  const parts: string[] = ['{"removals":['];
  for (const [index, { sequenceId, contactIds }] of removals.entries()) {
    parts.push(`${index === 0 ? "" : ","}{"sequenceId":${JSON.stringify(sequenceId)},"contactIds":[`);
    const starts = Array.from({ length: Math.ceil(contactIds.length / IDS_A_SLICE) }, (_, i) => i * IDS_A_SLICE);
    await inSlices(
      starts,
      (start) => {
        const list = JSON.stringify(contactIds.slice(start, start + IDS_A_SLICE));
        parts.push(`${start === 0 ? "" : ","}${list.slice(1, -1)}`);
      },
      { everyItem: true },
    );
    parts.push("]}");
  }
  parts.push(`],"options":${JSON.stringify(options)}}`);
  const pieces = parts.map((part) => new TextEncoder().encode(part));
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
