import { readdir, readFile, readlink, realpath } from 'node:fs/promises';

/** Most processes that are named, and most open files of one process that are looked at. */
const mostNamed = 3;
const mostFiles = 4096;

/** Who has something in the folder open or works in it, like `tail (pid 7)`, for a message. Empty if nobody was found. */
export async function openHolders(folder: string): Promise<string[]> {
  const path = await realpath(folder).catch(() => folder);
  return named(async (pid) => {
    const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
    const links = [`/proc/${pid}/cwd`, ...files.slice(0, mostFiles).map((file) => `/proc/${pid}/fd/${file}`)];
    for (const link of links) {
      const target = await readlink(link).catch(() => '');
      if (target === path || target.startsWith(`${path}/`)) return true;
    }
    return false;
  });
}

/** Who still has the device mounted (in a container, in another namespace), one process of each namespace. */
export async function mountHolders(device: string): Promise<string[]> {
  const seen = new Set<string>();
  return named(async (pid) => {
    const namespace = await readlink(`/proc/${pid}/ns/mnt`).catch(() => '');
    if (namespace === '' || seen.has(namespace)) return false;
    seen.add(namespace);
    const table = await readFile(`/proc/${pid}/mountinfo`, 'utf8').catch(() => '');
    return table.includes(` ${device} `);
  });
}

async function named(holds: (pid: string) => Promise<boolean>): Promise<string[]> {
  const names: string[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid) || !(await holds(pid))) continue;
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
    if (name !== '') names.push(`${name.trim()} (pid ${pid})`);
    if (names.length === mostNamed) break;
  }
  return names;
}
