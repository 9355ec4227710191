// A journal in a file, for Node.js: the same file that the command line writes (abi/JOURNAL.md).
/// <reference types="node" />
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { endLine, type Journal } from "../core/index.js";

/** Nothing else may use the file meanwhile. Each method rejects with the error of the file system. */
export class FileJournal implements Journal {
  private end: number; // of the lines, and of the file without its end line

  private constructor(
    private readonly file: FileHandle,
    readonly lines: readonly string[],
  ) {
    this.end = sizeOf(lines);
  }

  /** For a new run. Rejects where the file is there already. */
  static async create(path: string): Promise<FileJournal> {
    return new FileJournal(await open(path, "wx", 0o600), []);
  }

  /** To resume a run. */
  static async open(path: string): Promise<FileJournal> {
    const file = await open(path, constants.O_RDWR | constants.O_NOFOLLOW);
    const lines = (await file.readFile("utf8")).split("\n");
    // Behind the last line feed is nothing, or a line that was cut off, which counts for nothing.
    if (lines.pop() !== "") lines.push("");
    return new FileJournal(file, lines);
  }

  async append(line: string): Promise<void> {
    // One write, so that a process that is killed leaves the journal whole.
    const bytes = new TextEncoder().encode(`${line}\n${endLine(line)}\n`);
    for (let done = 0; done < bytes.length;) {
      done += (await this.file.write(bytes, done, bytes.length - done, this.end + done)).bytesWritten;
    }
    await this.file.truncate(this.end + bytes.length);
    this.end += sizeOf([line]);
  }

  cut(count: number): void {
    this.end = sizeOf(this.lines.slice(0, count));
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

function sizeOf(lines: readonly string[]): number {
  return lines.reduce((size, line) => size + Buffer.byteLength(line) + 1, 0);
}
