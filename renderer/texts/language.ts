import { isLanguageChoice, type LanguageChoice } from '../../shared/texts/language.ts';

const storageKey = 'lightdeck-language';

/** The choice that is kept in this browser; `system` where there is none, or storage is forbidden. */
export function keptLanguageChoice(): LanguageChoice {
  try {
    const kept = localStorage.getItem(storageKey);
    return isLanguageChoice(kept) ? kept : 'system';
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
