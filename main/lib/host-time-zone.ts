/** The IANA name of this machine's time zone; null where it can't be told. */
export function hostTimeZone(): string | null {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return timeZone === '' || timeZone === 'Etc/Unknown' ? null : timeZone;
}
