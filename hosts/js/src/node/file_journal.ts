// A journal in a file, for Node.js: the same file that the command line writes (abi/JOURNAL.md).
/// <reference types="node" />
import { spawnSync } from "node:child_process";
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { endLine, HostError, type Journal } from "../core/index.js";
import { fingerprint } from "../platform/fingerprint.js";

const TAKEN = 75;

/** Each method rejects with the error of the file system. */
export class FileJournal implements Journal {
  readonly fingerprint = fingerprint;
  private end: number; // of the lines, and of the file without its end line

  private constructor(
    private readonly file: FileHandle,
    readonly lines: readonly string[],
  ) {
    this.end = sizeOf(lines);
  }

  /** For a new run. Rejects if the file exists. */
  static async create(path: string): Promise<FileJournal> {
    const file = await open(path, "wx", 0o600);
    lock(file);
    return new FileJournal(file, []);
  }

  /** To resume a run. Rejects with HostError journal if another run uses the file. */
  static async open(path: string): Promise<FileJournal> {
    const file = await open(path, constants.O_RDWR | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      if (!(await file.stat()).isFile()) throw new HostError("journal", "the journal cannot be used: it is not a file");
      lock(file);
      const lines = (await file.readFile("utf8")).split("\n");
      // After the last line feed there is nothing, or a truncated line, which does not count.
      if (lines.pop() !== "") lines.push("");
      return new FileJournal(file, lines);
    } catch (error) {
      await file.close();
      throw error;
    }
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

  /** Afterwards another run may use the file. */
  async close(): Promise<void> {
    await this.file.close();
  }
}

/**
 * Takes the same lock as the command line. Node has no call for it, but the lock belongs to the open file, not to the
 * process that takes it: util-linux's flock takes it, and it lasts until the file is closed. Without that program there
 * is no lock.
 */
function lock(file: FileHandle): void {
  const stdio = ["ignore", "ignore", "ignore", file.fd] as const;
  const { status } = spawnSync("flock", ["-n", "-x", "-E", String(TAKEN), "3"], { stdio: [...stdio] });
  if (status === TAKEN) throw new HostError("journal", "the journal cannot be used: another run is using it");
}

function sizeOf(lines: readonly string[]): number {
  return lines.reduce((size, line) => size + Buffer.byteLength(line) + 1, 0);
}
