/** One line of /proc/self/mountinfo (proc(5)). */
export interface MountInfo {
  /** `8:1`: which device the file system is on, as the kernel counts them. */
  device: string;
  /** Which part of the file system is mounted; `/` but for bind mounts and inside of containers. */
  root: string;
  /** Where it is mounted. */
  point: string;
  /** `ext4`, `cgroup2`, … */
  type: string;
  /** `/dev/loop3` for an image; for file systems without a device any word. */
  source: string;
  /** The file system's own options, for cgroups of version 1 the controllers. */
  options: string[];
}

/**
 * Parses /proc/self/mountinfo: `36 35 0:29 ROOT POINT options … - TYPE SOURCE superoptions`, with any number of optional fields
 * before the dash. The order is kept: of two mounts at one place the later one is on top. Lines that are none are left out.
 */
export function parseMountinfo(text: string): MountInfo[] {
  return text.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const [, , device, root, point] = before.split(' ');
    const [type, source, options = ''] = after.split(' ');
    if (!device || !root || !point || !type || !source) return [];
    return [
      {
        device,
        root: unescapeOctal(root),
        point: unescapeOctal(point),
        type,
        source: unescapeOctal(source),
        options: options.split(','),
      },
    ];
  });
}

/** Blanks and the like stand as `\040` there: bytes, of which several may make one character. */
function unescapeOctal(text: string): string {
  if (!text.includes('\\')) return text;
  const bytes = Buffer.from(text).toString('latin1');
  const plain = bytes.replace(/\\([0-7]{3})/g, (_all, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
  return Buffer.from(plain, 'latin1').toString();
}
