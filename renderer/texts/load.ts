import { type Language, languageFor, localeFor } from '../../shared/texts/language.ts';
import { type Rooms, speak } from '../../shared/texts/messages.ts';
import { keptLanguageChoice, preferredTags } from './language.ts';

/** Languages whose texts are loaded when they are spoken. English ones come with whoever uses them. */
export type Loaders = Readonly<Record<Exclude<Language, 'en'>, () => Promise<{ rooms: Rooms }>>>;

/**
 * Finds out which language to speak and loads its texts, before anything that has texts is. Never rejects: where they can't be loaded, the page
 * speaks English.
 */
export async function loadTexts(loaders: Loaders): Promise<void> {
  const preferred = preferredTags();
  const wanted = languageFor(keptLanguageChoice(), preferred);
  const rooms =
    wanted === 'en'
      ? null
      : await loaders[wanted]().then(
          (loaded) => loaded.rooms,
          () => null,
        );
  const spoken = rooms === null ? 'en' : wanted;
  speak({ locale: localeFor(spoken, preferred), rooms });
  document.documentElement.lang = spoken;
}
