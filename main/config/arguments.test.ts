import { describe, expect, test } from 'vitest';
import { helpText, parseArguments } from './arguments.ts';

describe('A14 arguments', () => {
  test('none: run with what is configured', () => {
    expect(parseArguments([])).toEqual({
      action: { type: 'run' },
      host: null,
      port: null,
      data: null,
      json: false,
      service: false,
      dev: false,
    });
  });

  test('all of them, in both spellings', () => {
    expect(parseArguments(['--port', '0', '--host=::1', '--data', '/d', '--json', '--dev'])).toMatchObject({
      host: '::1',
      port: 0,
      data: '/d',
      json: true,
      dev: true,
    });
  });

  test.each([
    [['--help'], { type: 'help' }],
    [['--version'], { type: 'version' }],
    [['--servers', '3'], { type: 'servers', page: 3 }],
    [['--token', 'what'], { type: 'token', act: 'what' }],
    [['--token', 'reset'], { type: 'token', act: 'reset' }],
    [
      ['--token', 'set', 'lightd_0123456789abc'],
      { type: 'token', act: 'set', value: 'lightd_0123456789abc' },
    ],
  ])('%j', (argv, action) => {
    expect(parseArguments(argv).action).toEqual(action);
  });

  test.each([
    [['--prot', '1'], '--prot'],
    [['--port'], '--port'],
    [['--port', 'abc'], "--port must be a number from 0 to 65535, not 'abc'"],
    [['--port', '65536'], '--port'],
    [['--port', ''], '--port'],
    [['--host', ' '], '--host needs a value'],
    [['--data', ''], '--data needs a value'],
    [['--json=yes'], '--json'],
    [['run'], "Unexpected argument 'run'"],
    [['--servers'], '--servers'],
    [['--servers', '0'], "--servers must be a page's number from 1, not '0'"],
    [['--servers', '1.5'], '--servers must be'],
    [['--servers', '1', 'x'], "Unexpected argument 'x'"],
    [['--servers', '1', '--token', 'what'], 'do not go together'],
    [['--token', 'show'], '--token takes what, reset, or set VALUE'],
    [['--token', 'set'], '--token set needs the new token'],
    [['--token', 'set', 'lightd_aaaaaaabbbbbbb'], 'at least 6 different characters'],
    [['--token', 'set', 'lightd_short'], 'must be lightd_ followed by at least 13 characters'],
    [['--token', 'set', 'lightd_0123456789abc', 'more'], 'one value only'],
    [['--token', 'what', 'now'], "Unexpected argument 'now'"],
  ])('%j is refused in words', (argv, words) => {
    expect(() => parseArguments(argv)).toThrow(words);
    expect(() => parseArguments(argv)).toThrow(expect.objectContaining({ code: 'invalid' }));
    expect(() => parseArguments(argv)).toThrow('See --help.');
  });

  test('the help names every option', () => {
    for (const option of ['port', 'host', 'data', 'json', 'version', 'help', 'token', 'servers', 'dev']) {
      expect(helpText).toContain(`--${option}`);
    }
  });
});
