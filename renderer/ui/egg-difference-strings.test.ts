import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DiffLine, EggChange } from '../../shared/http/egg-versions.ts';
import host from '../../shared/texts/host.de.json';
import { speak } from '../../shared/texts/messages.ts';
import { strings } from './egg-difference-strings.ts';
import texts from './texts/egg-difference-strings.de.json';

beforeAll(() => speak({ locale: 'de-DE', rooms: { host, 'ui/egg-difference-strings': texts } }));
afterAll(() => speak({ locale: 'en', rooms: null }));

test.each<[EggChange['part'], DiffLine['kind'], string, string]>([
  ['variables', 'added', 'description: how many: 4', 'Beschreibung: how many: 4'],
  ['variables', 'removed', 'hidden or fixed', 'verborgen oder fest'],
  ['variables', 'same', 'odd: 1', 'odd: 1'],
  ['other', 'added', 'not to be edited: a.txt', 'nicht zu bearbeiten: a.txt'],
  ['stop', 'added', 'command: end', 'Befehl: end'],
  ['install', 'added', 'name: has a picture', 'name: has a picture'],
  ['install', 'gap', '12 lines are the same', '12 Zeilen sind gleich'],
  ['config_files', 'gap', '1 line is the same', '1 Zeile ist gleich'],
])('in German a line of %s (%s) “%s” is “%s”', (part, kind, text, german) => {
  expect(strings.line(part, { kind, text })).toBe(german);
});
