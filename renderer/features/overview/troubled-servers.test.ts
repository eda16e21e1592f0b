import { describe, expect, it } from 'vitest';
import type { ShownCrash } from '../../../shared/model/crash.ts';
import { summary } from '../../state/servers.test-helper.ts';
import { troubledServers } from './troubled-servers.ts';

const crash = (server: string, more: Partial<ShownCrash> = {}): ShownCrash => ({
  id: `${server} ${more.at ?? 1}`,
  server,
  kind: 'crash',
  at: 1,
  started_at: null,
  was_ready: true,
  code: 1,
  signal: null,
  oom: null,
  reason: 'crashed',
  exit_words: null,
  cause: null,
  after: { next: 'nothing' },
  seen: false,
  compared: null,
  mends: [],
  ...more,
});
const exit = { at: 1, code: 1, signal: null, oom: false, wanted: false, reason: 'crashed' };

describe('troubledServers', () => {
  it('has each server once, with its newest report, whatever it does since', () => {
    const servers = [summary('a', { state: 'running' }), summary('b')];
    const found = troubledServers(servers, [crash('a', { at: 3 }), crash('a', { at: 2 }), crash('gone')], 10);
    expect(found.map(({ server, crash: newest }) => [server.internal_id, newest?.at])).toEqual([['a', 3]]);
  });

  it('has a failed install as long as it is failed', () => {
    const failed = [crash('a', { kind: 'install' })];
    expect(troubledServers([summary('a', { state: 'failed' })], failed, 10)).toHaveLength(1);
    expect(troubledServers([summary('a', { state: 'installing' })], failed, 10)).toEqual([]);
  });

  it('counts the restarts of the last day', () => {
    const day = 86_400_000;
    const after = { next: 'restart', attempt: 1, of: 5 } as const;
    const reports = [3 * day, 2.9 * day, 2.5 * day, 1.5 * day].map((at) => crash('a', { at, after }));
    expect(troubledServers([summary('a')], reports, 3 * day)[0]?.restarts).toBe(3);
  });

  it('goes by states alone for who may read no reports', () => {
    const lies = summary('a', { state: 'exit', last_exit: exit });
    const runs = summary('b', { state: 'running', last_exit: exit });
    expect(troubledServers([lies, runs], null, 10).map(({ server }) => server.internal_id)).toEqual(['a']);
    expect(troubledServers([lies], [], 10)).toEqual([]);
  });
});
