import host from '../../shared/texts/host.de.json';
import { type Language, type LanguageChoice, languageFor, localeFor } from '../../shared/texts/language.ts';
import { type Rooms, speak } from '../../shared/texts/messages.ts';
import shell from './texts/shell-strings.de.json';

/** English texts come with whoever uses them. */
const translations: Readonly<Record<Exclude<Language, 'en'>, Rooms>> = {
  de: { host, 'main/desktop/shell-strings': shell },
};

/** From now on the app's own texts are in the chosen language, or (`system`) in the first of the system's that there are texts in. */
export function speakAsChosen(choice: LanguageChoice, preferred: readonly string[]): void {
  const language = languageFor(choice, preferred);
  speak({
    locale: localeFor(language, preferred),
    rooms: language === 'en' ? null : translations[language],
  });
}
