import { expect, test } from 'vitest';
import { runsAsStrings } from './runs-as-strings.ts';

test('A19 who a server runs as, with numbers where they are known, and why', () => {
  const why = { setting: null, reason: 'the files stay yours' };
  expect(runsAsStrings.now({ ...why, mode: 'host', uid: 1000, gid: 998 })).toBe(
    'Runs as the host’s user (1000:998): the files stay yours.',
  );
  expect(runsAsStrings.now({ ...why, mode: 'image', uid: null, gid: null })).toBe(
    'Runs as the image’s user: the files stay yours.',
  );
});
