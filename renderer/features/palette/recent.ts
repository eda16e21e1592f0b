import { z } from 'zod';

const key = 'lightdeck.palette.recent';
const most = 6;
const schema = z.array(z.string()).max(100);

/** Ids of what was chosen last, newest first. A browser that forbids storage just remembers nothing. */
export function readRecent(): string[] {
  try {
    const parsed = schema.safeParse(JSON.parse(localStorage.getItem(key) ?? '[]'));
    return parsed.success ? parsed.data : [];
  } catch {
    return [];
  }
}

export function addRecent(id: string): void {
  const list = [id, ...readRecent().filter((other) => other !== id)].slice(0, most);
  try {
    localStorage.setItem(key, JSON.stringify(list));
  } catch {
    // Storage that is full or forbidden: nothing is remembered, and nothing else is wrong.
  }
}
