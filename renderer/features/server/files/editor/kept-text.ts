import type { TextFile } from './text-file.ts';

/** What was typed into a file and not saved, with what is needed to go on where it was. */
export interface UnsavedText {
  volume: string;
  path: string;
  file: TextFile;
  /** What the file was when it was read or saved last, as on the host: whoever changed it since is still noticed. */
  base: string;
}

/** What of a window is needed here. */
type Closing = Pick<EventTarget, 'addEventListener' | 'removeEventListener'>;

/**
 * The text of an editor that was taken away by a token that is refused, not by anybody's wish: whoever signs in again and opens
 * the file has it back. In memory alone, and one at most, since one file is edited at a time: a later one takes its place. As
 * long as there is one, closing the window is asked about.
 */
export class KeptText {
  private readonly window: Closing;
  private kept: UnsavedText | null = null;

  constructor(window: Closing) {
    this.window = window;
  }

  keep(text: UnsavedText): void {
    this.kept = text;
    this.window.addEventListener('beforeunload', ask);
  }

  /** What is kept of that file; it stays kept until it is dropped. */
  of(volume: string, path: string): UnsavedText | null {
    return this.kept?.volume === volume && this.kept.path === path ? this.kept : null;
  }

  /** It was saved, or is no longer wanted. */
  drop(): void {
    this.kept = null;
    this.window.removeEventListener('beforeunload', ask);
  }
}

const ask = (event: Event): void => event.preventDefault();

export const keptText = new KeptText(globalThis);
