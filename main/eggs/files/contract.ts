import type { ConfigReplacement } from '../../../shared/model/egg.ts';

/** What became of a file's text. `changed`: the places that are different now; `problems`: what could not be done, in words. */
export interface Edited {
  text: string;
  changed: string[];
  problems: string[];
}

/**
 * Sets places of a text: pure. Doing it twice is doing it once; lines that nothing was set in stay as they are, with their ends. Throws
 * TreeError where the text is not of its format.
 */
export type Editor = (text: string, replacements: readonly ConfigReplacement[]) => Edited;
