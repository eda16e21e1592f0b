/** Why a run ended before its program had begun, or probably did. */
export interface StartFault {
  /** What happened and what to do, as a part of a sentence for people. */
  reason: string;
  /** It would end in the same way each time. */
  isFinal: boolean;
}

/** What is known of the end of a run, or of a script's. */
export interface EarlyEnd {
  code: number | null;
  /** How long it ran, in ms; null if that isn't known. */
  ranMs: number | null;
  /** The beginning of its output, '' if it isn't known; `firstOutputChars` are enough. */
  firstOutput: string;
  /** What the shell was to run. */
  what: 'startup command' | 'script';
}

export const firstOutputChars = 256;

/** An end after this long, in ms, is the game's own, whatever its code. */
const soonMs = 10_000;

/** The init's words when there is nothing that it could run: Docker's (tini), Podman's (catatonit). It prints them before all else. */
const execFailed =
  /^(?:\[FATAL tini \(\d+\)\] exec \S+ failed: ([^\r\n]+)|ERROR \(catatonit:\d+\): failed to exec pid1: ([^\r\n]+))/;

const shellFaults: { match: RegExp; reason: (what: string) => string }[] = [
  {
    match: /No such file/i,
    reason: (what) => `its image has no /bin/sh, which the ${what} needs: choose another image`,
  },
  {
    match: /Exec format/i,
    reason: () =>
      "its image is made for another kind of processor than this machine's: choose one that is made for it",
  },
  {
    match: /Permission denied/i,
    reason: (what) =>
      `its user may not execute the image's /bin/sh, which the ${what} needs: choose another image`,
  },
];

/** What shells say by their exit code (POSIX) when they can't run a command. A game may end with the same codes for reasons of its own. */
const commandFaults: Readonly<Record<number, (what: string) => string>> = {
  126: (what) =>
    `a program of the ${what} may not be executed or is made for another machine: look at its file, or choose another image`,
  127: (what) =>
    `a program of the ${what} is not there: check its name and its files, or choose an image that has it`,
};

/** What programs say of files that belong to others (A19). */
const denied = /permission denied|operation not permitted/i;
const otherUser = (what: string): string =>
  `the ${what} needs files that its user may not use: let it run as another one (Runs as in Settings)`;

/** Null: it began, as far as can be told. */
export function startFault({ code, ranMs, firstOutput, what }: EarlyEnd): StartFault | null {
  if (code === null || code === 0) return null;
  const words = execFailed.exec(firstOutput);
  if (words) {
    const why = (words[1] ?? words[2] ?? '').trim();
    const known = shellFaults.find(({ match }) => match.test(why));
    const other = `the image's /bin/sh, which the ${what} needs, can't be executed (${why}): choose another image`;
    return { reason: known?.reason(what) ?? other, isFinal: true };
  }
  const usual =
    commandFaults[code] ?? (what === 'startup command' && denied.test(firstOutput) ? otherUser : undefined);
  if (usual === undefined || ranMs === null || ranMs > soonMs) return null;
  return { reason: `so soon after the start this usually means that ${usual(what)}`, isFinal: false };
}
