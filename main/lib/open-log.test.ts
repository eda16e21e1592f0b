import { expect, test } from 'vitest';
import { openLog } from './open-log.ts';

function open(isTerminal: boolean, dev = false) {
  const said = { errors: '', files: '' };
  const log = openLog({
    dev,
    files: {
      write: (text) => {
        said.files += text;
      },
    },
    errors: {
      isTerminal,
      write: (text) => {
        said.errors += text;
      },
    },
  });
  return { log, said };
}

test('is readable at a terminal; the files have JSON', () => {
  const { log, said } = open(true);
  log.debug({}, 'unheard');
  log.warn({ server: 'one', err: new Error('bad') }, 'it failed');
  expect(said.errors).toMatch(/^\d\d:\d\d:\d\d WARN {2}it failed server=one\n {4}Error: bad\n {8}at /);
  expect(JSON.parse(said.files)).toMatchObject({
    level: 40,
    server: 'one',
    msg: 'it failed',
    err: { message: 'bad' },
  });
});

test('is JSON where it is piped', () => {
  const { log, said } = open(false, true);
  log.debug({ a: 1 }, 'told');
  expect(JSON.parse(said.errors)).toMatchObject({ level: 20, a: 1, msg: 'told' });
  expect(said.errors).toBe(said.files);
});
