import { describe, expect, it } from 'vitest';
import type { StoreState } from '../../shared/model/host.ts';
import { until } from '../../tests/support/until.ts';
import type { Log } from '../lib/log.ts';
import { silentLog } from '../lib/log.ts';
import { StoreHealth } from './health.ts';
import { storeFailure } from './store-failure.ts';

const sqlError = (code: string): Error => Object.assign(new Error('database or disk is full'), { code });

function counted(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const write = (level: string) => (_details: object, message: string) => {
    lines.push(`${level} ${message}`);
  };
  return { lines, log: { debug() {}, info: write('info'), warn: write('warn'), error: write('error') } };
}

describe('the state of the store', () => {
  it('is told once when it fails and once when it is well again, with the time since when', () => {
    const { log, lines } = counted();
    const states: StoreState[] = [];
    let time = 1000;
    const health = new StoreHealth({ now: () => time, log });
    health.onChange((state) => states.push(state));
    health.reportSuccess();
    for (let n = 0; n < 3; n += 1) {
      health.reportFailure(sqlError('SQLITE_FULL'), 'servers');
      time += 1000;
    }
    expect(health.state).toMatchObject({ status: 'failing', since: 1000 });
    health.reportSuccess();
    health.reportSuccess();
    expect(states.map(({ status }) => status)).toEqual(['failing', 'ok']);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('disk under the data folder is full');
    health.close();
  });

  it('asks the probe until it succeeds; a write that got through does not end it', async () => {
    let isFull = true;
    let probes = 0;
    const health = new StoreHealth({ now: Date.now, log: silentLog, probeMs: { first: 1, max: 5 } });
    health.probeWith(() => {
      probes += 1;
      if (isFull) throw sqlError('SQLITE_FULL');
    });
    health.reportFailure(sqlError('SQLITE_FULL'), 'usage');
    health.reportSuccess();
    expect(health.state.status).toBe('failing');
    await until(() => probes > 2);
    expect(health.state.status).toBe('failing');
    isFull = false;
    await until(() => health.state.status === 'ok');
    health.close();
  });

  it('outlives a listener that throws', () => {
    const health = new StoreHealth({ now: Date.now, log: silentLog });
    let heard = 0;
    health.onChange(() => {
      throw new Error('no');
    });
    health.onChange(() => {
      heard += 1;
    });
    health.reportFailure(sqlError('SQLITE_FULL'), 'usage');
    expect(heard).toBe(1);
    health.close();
  });
});

describe('failures in words', () => {
  it('tells a full disk from other trouble, and neither from a broken rule', () => {
    expect(storeFailure(sqlError('SQLITE_FULL'))?.code).toBe('disk_full');
    expect(storeFailure(sqlError('ENOSPC'))?.code).toBe('disk_full');
    expect(storeFailure(sqlError('SQLITE_IOERR_WRITE'))?.code).toBe('internal');
    expect(storeFailure(sqlError('SQLITE_READONLY_DBMOVED'))?.code).toBe('internal');
    expect(storeFailure(sqlError('SQLITE_CONSTRAINT_UNIQUE'))).toBeNull();
    expect(storeFailure(new TypeError('a bug'))).toBeNull();
  });
});
