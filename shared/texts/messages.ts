import { IntlMessageFormat } from 'intl-messageformat';

/** Texts by key, in ICU's message format. */
export type Messages = Readonly<Record<string, string>>;
/** Texts by the file that they are used in, as `features/server/backups/strings`. */
export type Rooms = Readonly<Record<string, Messages>>;
/** What stands in a text where it says `{name}`. */
type Values = Readonly<Record<string, string | number>>;

interface Speech {
  /** For dates and numbers, as `en-GB`. */
  locale: string;
  /** Translations; null for English, whose texts come with whoever uses them. */
  rooms: Rooms | null;
}

let speech: Speech = { locale: 'en', rooms: null };

/** Sets the language. Before anything that has texts is loaded, since most texts are taken once (`boot.ts`). */
export function speak(next: Speech): void {
  speech = next;
}

/** How dates and numbers are written, as `en-GB`. Fixed for the life of the page. */
export const locale = (): string => speech.locale;

/** The translations of one room, by English key; null where the language has none. */
export const translated = (room: string): Messages | null => speech.rooms?.[room] ?? null;

type Formatted = (values: Values) => string;

/** Only with these there is something to format; all else is shown as it is. */
const special = /[{}']/;

/** A text, ready to be used. Throws a SyntaxError if it is no message. */
function formatterOf(message: string, tag: string): Formatted {
  if (!special.test(message)) return () => message;
  const format = new IntlMessageFormat(message, tag, undefined, { ignoreTag: true });
  return (values) => String(format.format(values));
}

/** What a text says with these values; null if it is broken, which tests/architecture/texts.test.ts keeps it from being. */
function attempt(format: () => Formatted, values: Values): string | null {
  try {
    return format()(values);
  } catch {
    return null;
  }
}

/**
 * The texts of one file. `room`: its path below `renderer/` without its ending, which the translations are found by; `en`: its
 * English texts, beside it in `texts/`.
 *
 * What comes back gives a text in the page's language, or in English where that has none. It never throws: a text that can't
 * be formatted is shown as it is written.
 */
export function textsOf<English extends Messages>(
  room: string,
  en: English,
): (key: keyof English & string, values?: Values) => string {
  const formatters = new Map<string, Formatted>();
  const formatterFor = (message: string, tag: string): Formatted => {
    const known = formatters.get(message);
    if (known) return known;
    const made = formatterOf(message, tag);
    formatters.set(message, made);
    return made;
  };
  return (key, values = {}) => {
    const own = translated(room)?.[key];
    const english = en[key] ?? key;
    const inOwn = own === undefined ? null : attempt(() => formatterFor(own, speech.locale), values);
    if (inOwn !== null) return inOwn;
    const tag = speech.rooms === null ? speech.locale : 'en';
    return attempt(() => formatterFor(english, tag), values) ?? english;
  };
}
