import { isatty } from 'node:tty';
import pino from 'pino';
import type { Log } from './log.ts';
import type { LogFiles } from './log-files.ts';
import { readableLine } from './readable-log.ts';

export interface OpenLogOptions {
  /** More lines. */
  dev: boolean;
  /** Where the log is kept besides standard error; nowhere by default. */
  files?: Pick<LogFiles, 'write'>;
  /** Standard error, unless a test says otherwise. */
  errors?: { isTerminal: boolean; write: (text: string) => void };
}

/**
 * The log of a whole process: on standard error, as lines for people where that is a terminal, else as JSON for whoever collects it; and as JSON in files. Written at
 * once, so that nothing is lost when the process ends.
 */
export function openLog({ dev, files, errors = standardError() }: OpenLogOptions): Log {
  const level = dev ? 'debug' : 'info';
  const shown = {
    write: (line: string) => errors.write(errors.isTerminal ? readableLine(line) : line),
  };
  const streams = [shown, ...(files ? [files] : [])].map((stream) => ({ level, stream }) as const);
  return pino({ level }, pino.multistream(streams));
}

function standardError(): { isTerminal: boolean; write: (text: string) => void } {
  // Waits for a pipe that is full, which writeSync would not.
  const destination = pino.destination({ fd: 2, sync: true });
  return { isTerminal: isatty(2), write: (text) => void destination.write(text) };
}
