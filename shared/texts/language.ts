/** Languages that there are texts in, by their own names. */
export const languages = { en: 'English', de: 'Deutsch' } as const;

export type Language = keyof typeof languages;
/** What somebody has chosen; `system` follows what the browser or the system is set to. */
export type LanguageChoice = 'system' | Language;
export const languageChoices = ['system', 'en', 'de'] as const satisfies readonly LanguageChoice[];

const isLanguage = (value: string): value is Language => Object.hasOwn(languages, value);

export const isLanguageChoice = (value: string | null): value is LanguageChoice =>
  value === 'system' || (value !== null && isLanguage(value));

const primary = (tag: string): string => tag.split('-', 1)[0]?.toLowerCase() ?? '';

/** The language for a choice: of the preferred tags (`de-AT`, the one that is liked best first) the first that there are texts in, else English. */
export function languageFor(choice: LanguageChoice, preferred: readonly string[]): Language {
  if (choice !== 'system') return choice;
  return preferred.map(primary).find(isLanguage) ?? 'en';
}

/** How dates and numbers are written in that language: as in the preferred country, if there is one (`de-CH`). */
export const localeFor = (language: Language, preferred: readonly string[]): string =>
  preferred.find((tag) => primary(tag) === language) ?? language;
