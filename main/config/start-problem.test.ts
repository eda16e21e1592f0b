import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LightdeckError } from '../../shared/errors.ts';
import { silentLog } from '../lib/log.ts';
import { openSqliteStore } from '../store/sqlite-store.ts';
import { startProblem } from './start-problem.ts';

const place = { dataDir: '/data', store: '/data/lightdeck.db' };
const withCode = (code: string): Error => Object.assign(new Error(`${code}: it went wrong`), { code });
const wrapped = (code: string): LightdeckError =>
  new LightdeckError('internal', 'Some words', { cause: withCode(code) });
const told = (error: unknown): [string, string] => {
  const problem = startProblem(error, place);
  return problem instanceof LightdeckError ? [problem.code, problem.message] : ['', String(problem)];
};

describe('G9 why a start came to nothing', () => {
  it.each(['ENOSPC', 'EDQUOT', 'SQLITE_FULL'])('%s: the disk is full, and where', (code) => {
    for (const error of [withCode(code), wrapped(code)])
      expect(told(error)).toEqual([
        'disk_full',
        expect.stringMatching(/data folder \/data is full.*free some/),
      ]);
  });

  it.each(['EROFS', 'EACCES', 'SQLITE_READONLY_DIRECTORY', 'SQLITE_CANTOPEN'])(
    '%s: the folder can not be written, and what to do',
    (code) => {
      for (const error of [withCode(code), wrapped(code)])
        expect(told(error)).toEqual([
          'internal',
          expect.stringMatching(new RegExp(`data folder /data can't be written \\(${code}.*--data`)),
        ]);
    },
  );

  it.each(['SQLITE_CORRUPT', 'SQLITE_CORRUPT_INDEX', 'SQLITE_NOTADB'])(
    '%s: the database, and what to do',
    (code) => {
      expect(told(wrapped(code))).toEqual([
        'invalid',
        expect.stringMatching(/\/data\/lightdeck\.db is damaged.*copy.*move it away/),
      ]);
    },
  );

  it.each([
    new LightdeckError('conflict', 'The port is taken', { cause: withCode('EADDRINUSE') }),
    new LightdeckError('invalid', 'Port 80 needs rights', { cause: withCode('EACCES') }),
    new LightdeckError('conflict', 'In use', { cause: withCode('SQLITE_BUSY') }),
    new Error('a bug'),
    withCode('EADDRNOTAVAIL'),
    'text',
  ])('%s has its own words', (error) => {
    expect(startProblem(error, place)).toBe(error);
  });

  it('a causes that go round in a circle end', () => {
    const error = new Error('round');
    error.cause = error;
    expect(startProblem(error, place)).toBe(error);
  });

  it('a real file that is no database is told so', () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'lightdeck-start-'));
    onTestFinished(() => rmSync(dataDir, { recursive: true }));
    const path = join(dataDir, 'lightdeck.db');
    writeFileSync(path, 'x'.repeat(10_000));
    const thrown = (): unknown => {
      try {
        return openSqliteStore({ path, log: silentLog });
      } catch (error) {
        return startProblem(error, { dataDir, store: path });
      }
    };
    expect(thrown()).toMatchObject({
      code: 'invalid',
      message: expect.stringContaining(`${path} is damaged`),
    });
    rmSync(path);
    mkdirSync(path);
    expect(thrown()).toMatchObject({
      message: expect.stringContaining(`The data folder ${dataDir} can't be`),
    });
  });
});
