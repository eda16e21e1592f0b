/** The address as it is given to the user's browser, or null for all that isn't plain https. */
export function openableUrl(text: string): string | null {
  if (text.length > 4096) return null;
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  return url.protocol === 'https:' && url.username === '' && url.password === '' && url.hostname !== ''
    ? url.href
    : null;
}
