import { hiddenArgument } from './login-item.ts';

const withValue = ['--data', '--host', '--port', '--token', '--servers'];
const alone = ['--dev', '--json', '--service', '--help', '--version'];
const commands = ['--token', '--servers', '--help', '--version'];

/**
 * Our own options out of Electron's command line, for `parseArguments`. The rest belongs to Chromium, to whoever drives
 * the app in a test, or is the app's own path, and is left out.
 */
export function desktopArguments(argv: string[]): string[] {
  const own: string[] = [];
  for (const [index, argument] of argv.entries()) {
    const name = argument.split('=')[0] ?? '';
    if (alone.includes(argument) || (withValue.includes(name) && argument.includes('='))) own.push(argument);
    else if (withValue.includes(argument)) {
      // `--token set VALUE` is the one with two.
      const count = argument === '--token' && argv[index + 1] === 'set' ? 2 : 1;
      own.push(argument, ...argv.slice(index + 1, index + 1 + count));
    }
  }
  return own;
}

/** Whether the command line asks for words in the terminal instead of a window. `own`: what `desktopArguments` gave. */
export const asksForWords = (own: readonly string[]): boolean =>
  own.some((argument) => commands.includes(argument.split('=')[0] ?? ''));

/** What a start of the new version after an update is to be given: all that this one had, but for a link that it has followed already, and with its window. */
export const argumentsAgain = (argv: readonly string[]): string[] =>
  argv.slice(1).filter((argument) => argument !== hiddenArgument && !/^lightdeck:/i.test(argument));
