import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

export interface LogFilesOptions {
  /** How many files are kept, the one that is written to among them. */
  files?: number;
  /** Bytes that a file may have before a new one is begun; one line may go beyond. */
  bytes?: number;
}

/** Lines go in, whole ones. */
export interface LogFiles {
  readonly folder: string;
  /** Never throws: a log that can't be written is no reason to fail. */
  write(text: string): void;
  close(): void;
}

const nameOf = (age: number): string => (age === 0 ? 'lightdeck.log' : `lightdeck.${age}.log`);

/**
 * A log in `lightdeck.log`, and what was before in `lightdeck.1.log` and on; the oldest goes. Written at once, so that the last lines before a
 * crash are there. For its user's eyes alone. Where it can't be written (a full disk), lines are lost until it can be.
 */
export function openLogFiles(
  folder: string,
  { files = 5, bytes = 1024 * 1024 }: LogFilesOptions = {},
): LogFiles {
  let file: number | null = null;
  let size = 0;
  let isClosed = false;
  const path = (age: number): string => join(folder, nameOf(age));

  const open = (): number => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const opened = openSync(path(0), 'a', 0o600);
    size = fstatSync(opened).size;
    return opened;
  };
  const shut = (): void => {
    if (file !== null) closeSync(file);
    file = null;
  };
  const turn = (): void => {
    shut();
    rmSync(path(files - 1), { force: true });
    for (let age = files - 2; age >= 0; age -= 1)
      if (existsSync(path(age))) renameSync(path(age), path(age + 1));
  };
  return {
    folder,
    write: (text) => {
      if (isClosed) return;
      try {
        file ??= open();
        if (size > 0 && size + Buffer.byteLength(text) > bytes) {
          turn();
          file = open();
        }
        size += writeSync(file, text);
      } catch {
        // Tried anew with the next line.
        try {
          shut();
        } catch {
          file = null;
        }
      }
    },
    close: () => {
      isClosed = true;
      shut();
    },
  };
}
