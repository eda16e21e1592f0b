import { errorText } from '../../../../shared/error-text.ts';
import { type EggPreview, previewEgg } from '../../../../shared/http/eggs.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { api } from '../../../link/api.ts';
import { strings } from './strings.ts';

/** Most eggs that are looked at together, and bytes of one: a whole request has 1 MiB. */
export const maxCandidates = 200;
const maxBytes = 960 * 1024;

/** A text that may be an egg. */
export interface Candidate {
  key: number;
  /** Where it is from, for people: a file's name, an address, or null for a pasted one. */
  source: string | null;
  text: string;
  /** Null: it is being read, or `problem` says why it can't be. */
  preview: EggPreview | null;
  problem: string | null;
}

/** What eggs are called on disks. */
export const isEggFile = (name: string): boolean => /\.(json|ya?ml)$/i.test(name);

/** A text as the host reads it. Never rejects. */
export async function readCandidate(
  { text }: Pick<Candidate, 'text'>,
  signal: AbortSignal,
): Promise<Pick<Candidate, 'preview' | 'problem'>> {
  try {
    const preview = await api.call(previewEgg, { body: { text }, signal });
    return { preview, problem: null };
  } catch (error) {
    return { preview: null, problem: hostText(errorText(error)) };
  }
}

/** A file's text; '' with a problem where it can't be one. Never rejects. */
export async function textOfFile(file: File): Promise<Pick<Candidate, 'text' | 'problem'>> {
  if (file.size > maxBytes) return { text: '', problem: strings.tooLarge };
  try {
    return { text: await file.text(), problem: null };
  } catch (error) {
    return { text: '', problem: hostText(errorText(error)) };
  }
}
