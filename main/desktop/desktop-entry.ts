/** What an XDG autostart entry says. */
export interface DesktopEntry {
  name: string;
  comment: string;
  /** The program and its arguments. */
  command: readonly string[];
  /** An icon's name in the theme, or its file. */
  icon: string;
}

/** The escapes of any value in a desktop entry: a value is one line. */
function escapeValue(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replace(/^ /, '\\s');
}

/** One argument of `Exec` in its quotes; `%` begins a field code unless it is doubled. */
function quote(argument: string): string {
  return `"${argument.replace(/["`$\\]/g, '\\$&').replaceAll('%', '%%')}"`;
}

/**
 * The value of `Exec` for a program with its arguments, by the Desktop Entry Specification 1.5 ("The Exec key"): each argument
 * quoted, then the whole escaped as every value. A program with `=` in its path, which the key can't name, is started by a
 * shell; so is one with `%`, since GLib looks for it before it undoubles that.
 */
export function execValue(command: readonly string[]): string {
  const [program = ''] = command;
  const whole = /[=%]/.test(program) ? ['/bin/sh', '-c', 'exec "$0" "$@"', ...command] : command;
  return escapeValue(whole.map(quote).join(' '));
}

/** The text of an entry in the desktop's menu, which also opens addresses of these schemes. Throws as `autostartEntry`. */
export function menuEntry(entry: DesktopEntry & { schemes: readonly string[] }): string {
  return entryText(entry, (exec) => [
    `Exec=${exec} %U`,
    'Terminal=false',
    'Categories=Utility;',
    'StartupWMClass=lightdeck',
    `MimeType=${entry.schemes.map((scheme) => `x-scheme-handler/${scheme};`).join('')}`,
  ]);
}

/** The text of an entry that a desktop starts after login. Throws for a command with NUL, which no program can be given. */
export function autostartEntry(entry: DesktopEntry): string {
  return entryText(entry, (exec) => [
    `Exec=${exec}`,
    'Terminal=false',
    'StartupNotify=false',
    'X-GNOME-Autostart-enabled=true',
  ]);
}

function entryText(
  { name, comment, command, icon }: DesktopEntry,
  further: (exec: string) => readonly string[],
): string {
  const [program = ''] = command;
  if (command.length === 0 || command.some((argument) => argument.includes('\0')))
    throw new Error('This command can’t be put into a desktop entry: it is empty or has a NUL in it.');
  const lines = [
    '[Desktop Entry]',
    'Type=Application',
    // The keys are all of 1.0; validators of older systems know no later one.
    'Version=1.0',
    `Name=${escapeValue(name)}`,
    `Comment=${escapeValue(comment)}`,
    `Icon=${escapeValue(icon)}`,
    // Without the program the entry means nothing: it outlives a removed package.
    `TryExec=${escapeValue(program)}`,
    ...further(execValue(command)),
  ];
  return `${lines.join('\n')}\n`;
}

/** The program that an entry of `autostartEntry` starts; null if there is none in it. */
export function programOf(text: string): string | null {
  const value = /^TryExec=(.*)$/m.exec(text)?.[1];
  if (value === undefined) return null;
  const meant: Record<string, string> = { s: ' ', n: '\n', t: '\t', r: '\r' };
  return value.replace(/\\(.)/g, (_, letter: string) => meant[letter] ?? letter);
}

/** Whether an entry is in force: desktops switch one off by a key instead of removing it. */
export function isEntryOn(text: string): boolean {
  const value = (key: string): string | undefined =>
    new RegExp(`^${key}[ \\t]*=[ \\t]*(\\S*)`, 'm').exec(text)?.[1]?.toLowerCase();
  return (
    value('Exec') !== undefined &&
    value('Hidden') !== 'true' &&
    value('X-GNOME-Autostart-enabled') !== 'false' &&
    value('X-KDE-autostart-enabled') !== 'false'
  );
}
