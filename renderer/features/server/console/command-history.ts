const maxCommands = 200;
const key = (server: string): string => `lightdeck.commands.${server}`;

/** The commands that were typed into one server, newest last, kept in this browser. */
export function readCommands(server: string): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key(server)) ?? '[]');
    return Array.isArray(stored) ? stored.filter((one) => typeof one === 'string').slice(-maxCommands) : [];
  } catch {
    return [];
  }
}

/** Adds one and keeps it; the same again is moved to the end. */
export function addCommand(server: string, command: string): string[] {
  const all = [...readCommands(server).filter((one) => one !== command), command].slice(-maxCommands);
  try {
    localStorage.setItem(key(server), JSON.stringify(all));
  } catch {
    // A browser that keeps nothing: the history lasts as long as the page.
  }
  return all;
}

/** The newest command that begins so, or null: what a completion offers. */
export function completionOf(commands: readonly string[], typed: string): string | null {
  if (typed === '') return null;
  return commands.findLast((one) => one.startsWith(typed) && one !== typed) ?? null;
}
