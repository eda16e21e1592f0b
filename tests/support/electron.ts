import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The repository, also for what is bundled into another folder of it. */
export const root = (() => {
  for (let folder = import.meta.dirname; ; folder = dirname(folder))
    if (existsSync(join(folder, 'electron-builder.yml')) || folder === dirname(folder)) return folder;
})();
const user = 'lightdeck-test';

/** The runtime that scripts/lib/test-electron.mjs makes; null where there is none. */
export function electronFolder(): string | null {
  const cache = join(root, '.cache');
  if (!existsSync(cache)) return null;
  const name = readdirSync(cache).find((one) => /^electron-\d/.test(one));
  return name && existsSync(join(cache, name, 'electron')) ? join(cache, name) : null;
}

/** The id of the user that the app runs as, who may use Docker and nothing else; null if there is none. */
export function desktopUser(): number | null {
  try {
    return Number(
      execFileSync('id', ['-u', user], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
  } catch {
    return null;
  }
}
