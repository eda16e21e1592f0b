/**
 * The tag of an image's name if it names no version (`latest`, `stable`, none at all): what it stands for changes from day to
 * day. Null for a version and for a digest.
 */
export function movingTag(image: string): string | null {
  if (image.includes('@')) return null;
  const name = image.slice(image.lastIndexOf('/') + 1);
  const colon = name.indexOf(':');
  const tag = colon < 0 ? 'latest' : name.slice(colon + 1);
  return /\d/.test(tag) ? null : tag;
}

/** A digest as people compare it: its first twelve digits. */
export function shortDigest(version: string): string {
  return version.slice(version.lastIndexOf(':') + 1).slice(0, 12);
}
