/** Holds for `remote` as a whole, in the file and after a request. */
export interface PanelSettings {
  enabled: boolean;
  url: string;
  token: string;
}

/** What is wrong with a panel's settings: the field, and why in words. Null if nothing is. */
export function panelProblem({
  enabled,
  url,
  token,
}: PanelSettings): { field: 'url' | 'token'; why: string } | null {
  if (enabled && !isPanelUrl(url)) {
    const why =
      'must be an http:// or https:// address, without password, ? and #, while remote.enabled is true';
    return { field: 'url', why };
  }
  if (!/^[\x20-\x7e]*$/.test(token)) return { field: 'token', why: 'must be of visible ASCII characters' };
  return null;
}

/** Paths are appended to it, and it is logged. */
export function isPanelUrl(text: string): boolean {
  if (!/^https?:\/\/[^/]/.test(text) || !URL.canParse(text)) return false;
  const { username, password, search, hash } = new URL(text);
  return username === '' && password === '' && search === '' && hash === '' && !/[?#]/.test(text);
}

/** Whom a panel's token is meant for: one of another place is not to get it. */
export function panelPlace(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}
