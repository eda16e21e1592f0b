/** A moment (Unix ms) on the clocks of a time zone, with its day, as a locale writes it. Throws a RangeError for a zone that is not known here. */
export const zonedMoment = (at: number, timeZone: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  }).format(at);
