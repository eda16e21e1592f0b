import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempDir } from '../../tests/support/temp.ts';
import { hostTimeZone, settledZone } from './host-time-zone.ts';
import { isSettledZone } from './settled-zones.ts';

const byIcu = (zone: string): string =>
  new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;

test('every zone that is taken at its word is the one that ICU says', () => {
  const settled = Intl.supportedValuesOf('timeZone').filter(isSettledZone);
  expect(settled.length).toBeGreaterThan(390);
  for (const zone of settled) expect(byIcu(zone)).toBe(zone);
  expect(byIcu('Etc/UTC')).toBe('UTC');
});

test.each([
  'Asia/Calcutta',
  'Asia/Kolkata',
  'Europe/Kyiv',
  'Etc/Unknown',
  '',
  'Europe',
  'Europe/',
  'toString/x',
  ':UTC',
])('a zone that leaves a doubt is asked of ICU: %j', (zone) => {
  expect(settledZone(zone)).toBeNull();
});

test.skipIf(process.platform === 'win32')('the link of the system is read as ICU reads it', () => {
  const folder = tempDir();
  const zones = join(folder, 'zoneinfo');
  mkdirSync(join(zones, 'Europe'), { recursive: true });
  writeFileSync(join(zones, 'Europe/Berlin'), '');
  symlinkSync('Berlin', join(zones, 'Europe/Vienna'));
  const link = (name: string, target: string): string => {
    symlinkSync(target, join(folder, name));
    return join(folder, name);
  };
  expect(settledZone(undefined, link('plain', join(zones, 'Europe/Berlin')))).toBe('Europe/Berlin');
  expect(settledZone(undefined, link('twice', join(zones, 'Europe/Vienna')))).toBeNull();
  expect(settledZone(undefined, link('none', join(folder, 'elsewhere')))).toBeNull();
  expect(settledZone(undefined, join(zones, 'Europe/Berlin'))).toBeNull();
});

test.each(['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Etc/UTC', ':Europe/Paris', 'no/zone', ''])(
  'it says what ICU says with TZ=%j',
  (zone) => {
    const script = 'process.stdout.write(new Intl.DateTimeFormat().resolvedOptions().timeZone ?? "")';
    const icu = execFileSync(process.execPath, ['-e', script], { env: { ...process.env, TZ: zone } });
    const before = process.env['TZ'];
    try {
      process.env['TZ'] = zone;
      expect(hostTimeZone() ?? 'Etc/Unknown').toBe(icu.toString() || 'Etc/Unknown');
    } finally {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    }
  },
);
