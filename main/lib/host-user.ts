/** A user and a group by number. */
export interface UserIds {
  uid: number;
  gid: number;
}

/**
 * Whom the host runs as, where that matters to files that containers write: on Linux, without being root. Null elsewhere: root may do
 * everything, and the virtual machines of macOS and Windows give all files to whoever shares them.
 */
export function hostUser(platform: NodeJS.Platform = process.platform): UserIds | null {
  const uid = process.geteuid?.();
  const gid = process.getegid?.();
  if (platform !== 'linux' || uid === undefined || gid === undefined || uid === 0) return null;
  return { uid, gid };
}
