import { keptLanguageChoice, type Language, languageFor, localeFor, preferredTags } from './language.ts';
import { type Rooms, speak } from './messages.ts';

/** Languages whose texts are loaded when they are spoken. English ones come with whoever uses them. */
export type Loaders = Readonly<Record<Exclude<Language, 'en'>, () => Promise<{ rooms: Rooms }>>>;

/**
 * Finds out which language to speak and loads its texts, before anything that has texts is. Never rejects: where they can't be loaded, the page
 * speaks English.
 */
export async function loadTexts(loaders: Loaders): Promise<void> {
  const preferred = preferredTags();
  const language = languageFor(keptLanguageChoice(), preferred);
  const rooms =
    language === 'en'
      ? {}
      : await loaders[language]().then(
          (loaded) => loaded.rooms,
          () => null,
        );
  const spoken = rooms === null ? 'en' : language;
  speak({ language: spoken, locale: localeFor(spoken, preferred), rooms: rooms ?? {} });
  document.documentElement.lang = spoken;
}
