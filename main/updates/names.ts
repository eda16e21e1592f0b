/** Whether an image's name can stand for one image alone: by a digest. Pure. */
export const isFixed = (image: string): boolean => image.includes('@');

/** Whether a server's image came from a registry, as its version tells. Pure. */
export const hasDigest = (version: string | null): version is string => version?.includes('@') === true;

/** `name@sha256:…` → `sha256:…`; an id stays as it is. Pure. */
export const digestOf = (version: string): string => version.slice(version.indexOf('@') + 1);

/** `registry:5000/name:tag` and a digest → `registry:5000/name@sha256:…`. Pure. */
export function byDigest(image: string, digest: string): string {
  const name = image.slice(image.lastIndexOf('/') + 1);
  const colon = name.indexOf(':');
  const bare = colon < 0 ? image : image.slice(0, image.length - (name.length - colon));
  return `${bare}@${digest}`;
}
