/** Languages that the page has texts in, by their own names. */
export const languages = { en: 'English', de: 'Deutsch' } as const;

export type Language = keyof typeof languages;
/** What somebody has chosen; `system` follows what the browser or the system is set to. */
type LanguageChoice = 'system' | Language;

const storageKey = 'lightdeck-language';

const isLanguage = (value: string | null): value is Language =>
  value !== null && Object.hasOwn(languages, value);

export const isLanguageChoice = (value: string | null): value is LanguageChoice =>
  value === 'system' || isLanguage(value);

/** The choice that is kept in this browser; `system` where there is none, or storage is forbidden. */
export function keptLanguageChoice(): LanguageChoice {
  try {
    const kept = localStorage.getItem(storageKey);
    return isLanguage(kept) ? kept : 'system';
  } catch {
    return 'system';
  }
}

/** Keeps a choice for the next load of the page. False: this browser keeps nothing. */
export function keepLanguageChoice(choice: LanguageChoice): boolean {
  try {
    if (choice === 'system') localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, choice);
    return true;
  } catch {
    return false;
  }
}

/** Tags of languages, as `de-AT`, the one that is liked best first. */
export const preferredTags = (): readonly string[] =>
  typeof navigator === 'undefined' ? [] : (navigator.languages ?? []);

const primary = (tag: string): string => tag.split('-', 1)[0]?.toLowerCase() ?? '';

/** The language of the page for a choice: of the preferred ones the first that there are texts in, else English. */
export function languageFor(choice: LanguageChoice, preferred: readonly string[]): Language {
  if (choice !== 'system') return choice;
  return preferred.map(primary).find(isLanguage) ?? 'en';
}

/** How dates and numbers are written in that language: as in the preferred country, if there is one (`de-CH`). */
export const localeFor = (language: Language, preferred: readonly string[]): string =>
  preferred.find((tag) => primary(tag) === language) ?? language;
