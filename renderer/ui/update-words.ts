import type { ImageUpdate } from '../../shared/model/image-update.ts';
import { textsOf } from '../../shared/texts/messages.ts';
import { bytes } from './format.ts';
import en from './texts/update-words.en.json';

const t = textsOf('ui/update-words', en);

/** What a mark of a newer image stands for, by the server's name. Pure. */
export const updateWords = (name: string, { image, size }: ImageUpdate): string =>
  size === null ? t('newer', { name, image }) : t('newerSized', { name, image, size: bytes(size) });
