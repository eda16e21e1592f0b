import { describe, expect, test } from 'vitest';
import { csvField, csvOf } from './csv.ts';
import { type AuditEntry, lineOf, matches } from './entry.ts';
import { kindOf } from './kinds.ts';
import { pageOf, withNewest } from './pages.ts';

const entry = (id: number, more: Partial<AuditEntry> = {}): AuditEntry => ({
  id,
  at: Date.UTC(2026, 0, 2, 3, 4, 5),
  actor: 'Anna',
  address: '192.0.2.7',
  via: 'http',
  action: 'POST /containers/:id/start',
  container: 'hello',
  volume: null,
  detail: '',
  result: 'ok',
  ...more,
});
const many = (from: number, count: number): AuditEntry[] =>
  Array.from({ length: count }, (_, index) => entry(from - index));

describe('a file for spreadsheets', () => {
  test.each([
    ['plain', '"plain"'],
    ['a "b", c\nd', '"a ""b"", c\nd"'],
    ['=1+1', `"'=1+1"`],
    [' @SUM(A1)', `"' @SUM(A1)"`],
    ['-2', `"'-2"`],
    ['+49', `"'+49"`],
    ['\tx', `"'\tx"`],
    ['1-2', '"1-2"'],
    ['', '""'],
  ])('%j', (value, field) => {
    expect(csvField(value)).toBe(field);
  });

  test('has a head, times in UTC, and a line each', () => {
    expect(csvOf([entry(1, { actor: '=cmd|x', detail: 'path="a"', result: 'busy' })])).toBe(
      '\uFEFF"When","Who","What","Action","Detail","Server","From","Address","Result"\r\n' +
        `"2026-01-02T03:04:05.000Z","'=cmd|x","Start the server","POST /containers/:id/start","path=""a""","hello","page or API","192.0.2.7","busy"\r\n`,
    );
  });
});

test('a line tells all of it, and is found by its words', () => {
  expect(lineOf(entry(1))).toBe(
    '2026-01-02T03:04:05.000Z · Anna · Start the server · hello · page or API 192.0.2.7 · Done',
  );
  expect([matches(entry(1), 'start the'), matches(entry(1), 'stop')]).toEqual([true, false]);
});

test.each<[string, AuditEntry['via'], string]>([
  ['POST /containers/:id/restart', 'http', 'power'],
  ['power', 'socket', 'power'],
  ['restart after a crash', 'host', 'power'],
  ['start with the host', 'host', 'power'],
  ['crash', 'host', 'power'],
  ['exit', 'host', 'power'],
  ['end explained', 'host', 'power'],
  ['send_command', 'socket', 'console'],
  ['login', 'sftp', 'access'],
  ['authenticate', 'http', 'access'],
  ['POST /auth/tokens', 'http', 'access'],
  ['POST /containers/:id/sftp/credentials', 'http', 'access'],
  ['rename', 'sftp', 'files'],
  ['POST /volumes/:id/rename', 'http', 'files'],
  ['POST /volumes/:id/resize', 'http', 'settings'],
  ['POST /containers/:id/rebind-network', 'http', 'network'],
  ['PUT /sharing', 'http', 'network'],
  ['POST /network/ports', 'http', 'network'],
  ['POST /containers', 'http', 'settings'],
  ['PATCH /containers/:id', 'http', 'settings'],
  ['POST /something/new', 'http', 'settings'],
])('%s by %s is about %s', (action, via, kind) => {
  expect(kindOf({ action, via })).toBe(kind);
});

describe('what is new', () => {
  const loaded = [pageOf(many(200, 100)), pageOf(many(100, 100))];
  const ids = (pages: ReturnType<typeof withNewest>) =>
    pages?.flatMap(({ entries }) => entries.map(({ id }) => id));

  test('comes before what is loaded, once, and the older pages stay', () => {
    const pages = withNewest(loaded, pageOf(many(203, 100)));
    expect(ids(pages)).toEqual(Array.from({ length: 203 }, (_, index) => 203 - index));
    expect(ids(withNewest(loaded, pageOf(many(200, 100))))).toHaveLength(200);
  });

  test('that has a hole before what is loaded begins anew, and so does too much', () => {
    expect(withNewest(loaded, pageOf(many(400, 100)))).toBeNull();
    expect(withNewest([pageOf([])], pageOf(many(3, 3)))).toBeNull();
    expect(withNewest([pageOf(many(2000, 1999))], pageOf(many(2003, 100)))).toBeNull();
  });
});
