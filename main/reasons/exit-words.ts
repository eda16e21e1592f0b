/** What a signal says about an end. */
const bySignal: Readonly<Record<string, string>> = {
  SIGKILL: 'was killed at once; it could not save (SIGKILL)',
  SIGTERM: 'was asked to end (SIGTERM)',
  SIGINT: 'was interrupted, as by Ctrl+C (SIGINT)',
  SIGHUP: 'was told that its terminal is gone (SIGHUP)',
  SIGQUIT: 'was asked to end at once (SIGQUIT)',
  SIGSEGV: 'touched memory that wasn’t its own (SIGSEGV)',
  SIGBUS: 'used memory or a file that could not be had (SIGBUS)',
  SIGABRT: 'ended itself after finding a fault (SIGABRT)',
  SIGFPE: 'calculated what can’t be calculated (SIGFPE)',
  SIGILL: 'used an instruction that this processor doesn’t have (SIGILL)',
  SIGPIPE: 'wrote to something that was closed (SIGPIPE)',
  SIGSYS: 'called something of the system that it must not (SIGSYS)',
  SIGXCPU: 'used more CPU time than it may (SIGXCPU)',
  SIGXFSZ: 'wrote a larger file than it may (SIGXFSZ)',
  SIGTRAP: 'stopped at a trap for programmers (SIGTRAP)',
};

const byCode: Readonly<Record<number, string>> = {
  0: 'ended without an error (exit code 0)',
  1: 'ended with an error of its own (exit code 1)',
  2: 'was called wrongly, or ended with an error (exit code 2)',
  126: 'could not be executed (exit code 126)',
  127: 'was not found (exit code 127)',
};

/** How a program ended, as the rest of a sentence about it; null where neither code nor signal is known. */
export function exitWords({ code, signal }: { code: number | null; signal: string | null }): string | null {
  if (signal !== null) return bySignal[signal] ?? `was ended by the signal ${signal}`;
  if (code === null) return null;
  return byCode[code] ?? `ended with an error of its own (exit code ${code})`;
}
