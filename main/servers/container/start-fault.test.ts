import { describe, expect, it } from 'vitest';
import { exitInfo } from './exit-info.ts';
import { describeExit } from './exit-reason.ts';
import { startFault } from './start-fault.ts';

const what = 'startup command';
const tini = (why: string): string => `[FATAL tini (7)] exec /bin/sh failed: ${why}\n`;

describe('S11 a startup command that could not be run', () => {
  it.each([
    [127, tini('No such file or directory'), /no \/bin\/sh.*choose another image$/],
    [127, tini('No such file or directory').replace('\n', '\r\n'), /no \/bin\/sh.*choose another image$/],
    [126, tini('Permission denied'), /may not execute.*choose another image$/],
    [1, tini('Exec format error'), /another kind of processor/],
    [1, tini('Too many levels of symbolic links'), /\(Too many levels of symbolic links\).*another image$/],
    [1, 'ERROR (catatonit:2): failed to exec pid1: No such file or directory\n', /no \/bin\/sh/],
  ])('an init without a shell (%i, %j): another try can not help', (code, firstOutput, reason) => {
    const fault = startFault({ code, ranMs: null, firstOutput, what });
    expect(fault).toEqual({ reason: expect.stringMatching(reason), isFinal: true });
  });

  it.each([
    [126, /usually.*may not be executed/],
    [127, /usually.*is not there: check/],
  ])('a shell without the program (%i): usually; another try may help', (code, reason) => {
    const fault = startFault({ code, ranMs: 900, firstOutput: 'sh: 1: ./game: not found\n', what });
    expect(fault).toEqual({ reason: expect.stringMatching(reason), isFinal: false });
  });

  it('A19 a program that may not use a file: the choice of its user is named; an install has none', () => {
    const end = { code: 1, ranMs: 900, firstOutput: 'mkdir: cannot create /opt/x: Permission denied\n' };
    expect(startFault({ ...end, what })).toEqual({
      reason: expect.stringMatching(/usually.*its user may not use.*Runs as in Settings/),
      isFinal: false,
    });
    expect(startFault({ ...end, what: 'script' })).toBeNull();
    expect(startFault({ ...end, what, ranMs: 60_000 })).toBeNull();
  });

  it.each([
    ['a game that ran for a while', { code: 127, ranMs: 60_000, firstOutput: '' }],
    ['one whose time is not known', { code: 127, ranMs: null, firstOutput: '' }],
    ['another code', { code: 1, ranMs: 100, firstOutput: 'oops\n' }],
    ['an end in order', { code: 0, ranMs: 100, firstOutput: tini('No such file or directory') }],
    ['a game that prints such words later', { code: 1, ranMs: 100, firstOutput: `up\n${tini('x')}` }],
    ['an end that nobody knows', { code: null, ranMs: 100, firstOutput: '' }],
  ])('%s: nothing is made up', (_what, end) => {
    expect(startFault({ ...end, what })).toBeNull();
  });

  it('an end that was asked for is told as that', () => {
    const evidence = { signals: null, oomAt: null, firstOutput: tini('No such file or directory') };
    const exit = exitInfo({ info: null, evidence, told: { code: 127, at: 5 }, engineWasAway: false });
    expect(describeExit(exit, true).reason).toBe('stopped as asked (exit code 127)');
    expect(describeExit(exit, false).reason).toBe(
      'its image has no /bin/sh, which the startup command needs: choose another image (exit code 127)',
    );
  });
});
