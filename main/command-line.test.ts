import { expect, test } from 'vitest';
import { tempDir } from '../tests/support/temp.ts';
import { exitCodes, runCommand, tellFailure } from './command-line.ts';
import { parseArguments } from './config/arguments.ts';
import { version } from './version.ts';

async function ask(dataDir: string, ...argv: string[]) {
  const said = { out: '', err: '' };
  const output = {
    out: (text: string) => {
      said.out += text;
    },
    err: (text: string) => {
      said.err += text;
    },
  };
  try {
    return { ...said, code: await runCommand(parseArguments(argv), dataDir, output), ...said };
  } catch (error) {
    return { code: tellFailure(error, output), ...said };
  }
}

test('answers without a host: version, help, token and servers', async () => {
  const folder = tempDir();
  expect(await ask(folder, '--version')).toMatchObject({ code: 0, out: `${version}\n`, err: '' });
  expect((await ask(folder, '--help')).out).toContain('Usage: lightdeck');
  const { out: token } = await ask(folder, '--token', 'what');
  expect(token).toMatch(/^lightd_\S{13,}\n$/);
  expect((await ask(folder, '--token', 'what')).out).toBe(token);
  const { code, out: next } = await ask(folder, '--token', 'reset');
  expect(code).toBe(0);
  expect(next).not.toBe(token);
  expect(await ask(folder, '--servers', '1', '--json')).toMatchObject({ code: 0 });
});

test('leaves a start to whoever asked', async () => {
  expect((await ask(tempDir())).code).toBeNull();
});

test.each([
  [['--token', 'x'], exitCodes.usage],
  [['--servers', '0'], exitCodes.usage],
])('says what is wrong with %j', async (argv, code) => {
  const asked = await ask(tempDir(), ...argv);
  expect(asked.code).toBe(code);
  expect(asked.err).toMatch(/^lightdeck: --\w+ .*See --help\.\n$/);
});
