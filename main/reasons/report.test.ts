import { describe, expect, it } from 'vitest';
import type { Crash } from '../../shared/model/crash.ts';
import { compareCrash } from './compare.ts';
import { maskSecrets } from './mask.ts';
import { plainLines } from './plain-lines.ts';

const day = 86_400_000;
const crash = (at: number, ranMs: number | null, more: Partial<Crash> = {}): Crash => ({
  id: `${at}`,
  server: 's',
  kind: 'crash',
  at,
  started_at: ranMs === null ? null : at - ranMs,
  was_ready: true,
  code: 1,
  signal: null,
  oom: null,
  reason: '',
  exit_words: null,
  cause: null,
  after: { next: 'nothing' },
  seen: false,
  ...more,
});
const compared = (...all: Crash[]) => {
  const [newest] = all;
  return newest ? compareCrash(newest, all) : null;
};

describe('K1 how an end stands to earlier ones', () => {
  it('says nothing of a first one, nor of one after others that were not alike, or long ago', () => {
    expect(compared(crash(9 * day, 1000))).toBeNull();
    expect(compared(crash(9 * day, 1000), crash(8 * day, 1000, { code: 2 }))).toBeNull();
    expect(compared(crash(9 * day, 1000), crash(1 * day, 1000))).toBeNull();
  });

  it('counts those of a week, and tells when they come at the same time of a run', () => {
    expect(compared(crash(9 * day, 5e5), crash(8 * day, 1e5))).toBe('second time in a week');
    expect(compared(crash(9 * day, 120_000), crash(8 * day, 118_000), crash(7 * day, 125_000))).toBe(
      'third time in a week, always about 2 minutes after the start',
    );
    expect(compared(crash(9 * day, 120_000), crash(8 * day, 900_000), crash(7 * day, 125_000))).toBe(
      'third time in a week',
    );
    expect(compared(crash(9 * day, 900), crash(8 * day, 500), crash(7 * day, 100))).toBe(
      'third time in a week, always right after the start',
    );
    const many = Array.from({ length: 12 }, (_, i) => crash(9 * day - i * 1000, null));
    expect(compared(...many)).toBe('12th time in a week');
  });
});

describe('K5 what is secret is not passed on', () => {
  const environment = { RCON_PASSWORD: 'hunter22', LEVEL: 'world', API_TOKEN: 'a/b c', KEY: 'abc' };

  it.each([
    ['rcon uses hunter22 now', 'rcon uses ******** now'],
    ['LEVEL is world', 'LEVEL is world'],
    ['abcdef', 'abcdef'],
    ['at a%2Fb%20c', 'at ********'],
    ['rcon.password=swordfish', 'rcon.password=********'],
    ['"discord_token": "MTk4NjIy.Cl2FMQ.x"', '"discord_token": "********"'],
    ['Authorization: Bearer abc.def-ghi', 'Authorization: Bearer ********'],
    ['https://discord.com/api/webhooks/123/AbCdEfGhIj', 'https://discord.com/api/webhooks/123/********'],
    ['mysql://root:s3cret@db:3306/x', 'mysql://root:********@db:3306/x'],
    ['lightd_0123456789abcdef', '********'],
  ])('%s', (text, masked) => {
    expect(maskSecrets(text, environment)).toBe(masked);
  });
});

describe('K1 the last lines', () => {
  it('are text without colours, titles, moves of the cursor and turned directions', () => {
    expect(
      plainLines('\x1b[31mred\x1b[0m\r\n\x1b]0;title\x07b\x1b[2K\n10%\r20%\ntab\there\u202eevil\n\n'),
    ).toEqual(['red', 'b', '20%', 'tab\thereevil']);
  });

  it('are 500 at most, and bounded in length', () => {
    expect(plainLines('x\n'.repeat(2000))).toHaveLength(500);
    const long = plainLines(`${'y'.repeat(100_000)}\n`.repeat(100));
    expect(long[0]).toHaveLength(2000);
    expect(long.join('\n').length).toBeLessThan(70_000);
    expect(plainLines('')).toEqual([]);
  });
});
