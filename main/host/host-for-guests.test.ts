import { expect, test } from 'vitest';
import { type HostInfo, hostInfoSchema } from '../../shared/model/host.ts';
import { hostForGuests } from './host-for-guests.ts';

const tried = [{ endpoint: '/home/ann/.docker/run/docker.sock', source: 'home', result: 'ENOENT' }];
const engines: HostInfo['engine'][] = [
  { status: 'connecting', tried },
  { status: 'down', code: 'x', cause: '/home/ann: EACCES', help: 'add ann to docker', since: 1, tried },
  {
    status: 'up',
    kind: 'docker',
    version: '1',
    api_version: '1',
    endpoint: '/home/ann/x',
    source: 'ann',
    tried,
    lacks: ['ann has no control groups'],
  },
];

test.each(engines)(
  'B19 of the host a guest learns whether it works, and nothing else ($status)',
  (engine) => {
    const info: HostInfo = {
      name: 'anns-pc',
      version: '9.9.9',
      engine,
      store: { status: 'failing', since: 1, problem: '/home/ann/lightdeck.db is full' },
      cpu: { cores: 8, usage: 1 },
      memory: { total: 5, used: 4 },
      disk: { total: 3, used: 2 },
    };
    const shown = hostInfoSchema.parse(hostForGuests(info));
    expect(JSON.stringify(shown)).not.toContain('ann');
    expect([shown.version, shown.engine.status, shown.store?.status]).toEqual([
      '9.9.9',
      engine.status,
      'failing',
    ]);
    expect([shown.cpu.cores, shown.memory.total, shown.disk.total]).toEqual([0, 0, 0]);
  },
);
