const withValue = ['--data', '--host', '--port'];
const alone = ['--dev'];

/**
 * Our own options out of Electron's command line, for `parseArguments`. The rest belongs to Chromium, to whoever drives
 * the app in a test, or is the app's own path, and is left out.
 */
export function desktopArguments(argv: string[]): string[] {
  const own: string[] = [];
  for (const [index, argument] of argv.entries()) {
    const name = argument.split('=')[0] ?? '';
    if (alone.includes(argument) || (withValue.includes(name) && argument.includes('='))) own.push(argument);
    else if (withValue.includes(argument)) own.push(argument, ...argv.slice(index + 1, index + 2));
  }
  return own;
}
