import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { resourcesSchema } from '../../shared/model/resources.ts';
import { MiB } from '../../shared/units.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { longTest } from '../support/lane.ts';
import { has } from '../support/requirements.ts';
import { openScene, type Scene, type ServerOptions } from '../support/scene.ts';
import { connectHost, type ServerSocket } from '../support/socket-client.ts';
import { until } from '../support/until.ts';

const onEnd = suiteCleanup();

const hostConfig = z.object({
  Memory: z.number(),
  MemorySwap: z.number(),
  MemoryReservation: z.number(),
  CpuShares: z.number(),
  CpuPeriod: z.number(),
  CpuQuota: z.number(),
  NanoCpus: z.number(),
  CpusetCpus: z.string(),
});

const inspect = async (id: string) =>
  hostConfig.parse(
    JSON.parse(await scene.docker('inspect', '--format', '{{json .HostConfig}}', scene.container(id))),
  );
const stored = async (id: string) =>
  (await scene.host.api.get(`/containers/${id}/resources`)).parse(resourcesSchema);

/** Grows by a megabyte for each line typed, and says so. */
const eater =
  'x=; m=$(head -c 1000000 /dev/zero | tr "\\0" a); n=0; echo up; while read -r l; do for i in $l; do x="$x$m"; done; n=$((n+1)); echo "ate $n"; done';
const burner = 'echo up; while :; do :; done';

/** A container's CPU time and how often its quota held it back, from the kernel's files (cgroup v1 or v2). */
async function cpuFiles(id: string) {
  const pid = await scene.docker('inspect', '--format', '{{.State.Pid}}', scene.container(id));
  const lines = readFileSync(`/proc/${pid}/cgroup`, 'utf8').split('\n');
  const v1 = lines.map((line) => /^\d+:[^:]*\bcpu\b[^:]*:(.*)$/.exec(line)?.[1]).find(Boolean);
  const v2 = lines.map((line) => /^0::(.*)$/.exec(line)?.[1]).find(Boolean);
  const file = (name: string, controller: string) =>
    readFileSync(v1 ? `/sys/fs/cgroup/${controller}${v1}/${name}` : `/sys/fs/cgroup${v2}/${name}`, 'utf8');
  const number = (text: string, key: string) => Number(new RegExp(`^${key} (\\d+)`, 'm').exec(text)?.[1]);
  const look = () => {
    const stat = file('cpu.stat', 'cpu');
    const micros = v1 ? Number(file('cpuacct.usage', 'cpuacct')) / 1000 : number(stat, 'usage_usec');
    return { at: performance.now(), micros, throttled: number(stat, 'nr_throttled') };
  };
  return {
    /** Cores that it had, on average, over `ms`. */
    async during(ms: number) {
      const from = look();
      await new Promise((resolve) => setTimeout(resolve, ms));
      const to = look();
      const cores = (to.micros - from.micros) / 1000 / (to.at - from.at);
      return { cores, throttled: to.throttled - from.throttled };
    },
  };
}

let scene: Scene;

beforeAll(async () => {
  scene = await openScene({ onEnd });
});

async function open(request: ServerOptions) {
  const id = await scene.server({ start_pattern: '^up', restart_policy: 'no', tty: false, ...request });
  const socket = await scene.connect(id);
  await run(socket);
  return { id, socket };
}

async function run(socket: ServerSocket): Promise<void> {
  const since = socket.mark();
  await socket.send({ event: 'power', action: 'start' });
  await socket.waitFor('event', (frame) => frame.data === 'running', { since, timeoutMs: 60_000 });
}

/** Sends an update and waits for its end to be told. */
async function update(id: string, socket: ServerSocket, changes: object): Promise<string> {
  const since = socket.mark();
  (await scene.host.api.post(`/containers/${id}/resources`, changes)).expect(202);
  const told = await socket.waitFor(
    'daemon_message',
    ({ data }) => data.startsWith('Resources updated') || data.startsWith('Error: the resources'),
    { since, timeoutMs: 60_000 },
  );
  return told.data;
}

async function eat(socket: ServerSocket, megabytes: number, turn: number): Promise<void> {
  const bites = Array.from({ length: megabytes }, () => 'x').join(' ');
  await socket.send({ event: 'send_command', command: `${bites}\n` });
  await socket.waitForText(`ate ${turn}\n`, 60_000);
}

describe.skipIf(!has('images'))('A11 resources of a server that runs', () => {
  longTest('memory: above the old limit it lives on, below the new one it is killed', async () => {
    const { id, socket } = await open({
      startup_command: eater,
      limits: { memory: 24 * MiB },
    });
    const before = await scene.state(id);
    expect(await update(id, socket, { memory: 128 * MiB })).toBe('Resources updated');
    expect(await inspect(id)).toMatchObject({
      Memory: 128 * MiB,
      MemorySwap: 128 * MiB,
    });
    await eat(socket, 30, 1);
    expect(await scene.state(id)).toMatchObject({ state: 'running', container_id: before.container_id });

    // Less than it uses by now: refused in words, and all is as it was.
    const refused = await update(id, socket, { memory: 8 * MiB, cpu_shares: 77 });
    expect(refused).toMatch(/^Error: the resources were not changed: .*more than the new limit of 8 MiB/);
    expect(await stored(id)).toMatchObject({ memory: 128 * MiB, cpu_shares: null });
    expect(await inspect(id)).toMatchObject({ Memory: 128 * MiB, CpuShares: 0 });
    expect((await scene.state(id)).state).toBe('running');

    expect(await update(id, socket, { memory: 100 * MiB })).toBe('Resources updated');
    const mark = socket.mark();
    await socket.send({ event: 'send_command', command: `${'x '.repeat(200)}\n` });
    await socket.waitFor('daemon_message', (frame) => frame.data.includes('out of memory'), {
      since: mark,
      timeoutMs: 60_000,
    });
    // The next container is made with it.
    await run(socket);
    expect(await inspect(id)).toMatchObject({ Memory: 100 * MiB, MemorySwap: 100 * MiB });
  });

  longTest('CPU: a busy program is throttled to the new quota', async () => {
    const { id, socket } = await open({ startup_command: burner, limits: { cpu: 0.8 } });
    const group = await cpuFiles(id);
    // Of the old quota nothing is asked: a machine with other work gives it less anyway.
    expect(await inspect(id)).toMatchObject({ CpuQuota: 80_000, CpuPeriod: 100_000, NanoCpus: 0 });
    expect(await update(id, socket, { cpu_quota: 10_000 })).toBe('Resources updated');
    expect(await inspect(id)).toMatchObject({ CpuQuota: 10_000, CpuPeriod: 100_000 });
    const narrow = await group.during(1000);
    expect(narrow.cores).toBeLessThan(0.16);
    expect(narrow.throttled).toBeGreaterThan(0);
    expect((await stored(id)).cpu_quota).toBe(10_000);
    expect(await update(id, socket, { cpu_quota: -1 })).toBe('Resources updated');
    expect(await inspect(id)).toMatchObject({ CpuQuota: -1 });
    const free = await group.during(1000);
    expect(free.throttled).toBe(0);
    expect(free.cores).toBeGreaterThan(narrow.cores);
    (await scene.host.api.post(`/containers/${id}/kill`)).expect(200);
  });

  it('all of them at once are in docker inspect, announced, kept, and in the next container', async () => {
    const { id, socket } = await open({ startup_command: 'echo up; exec sleep 600' });
    const host = await connectHost({ url: scene.host.url, token: scene.host.token });
    onEnd(() => host.terminate());
    const changes = {
      memory: 64 * MiB,
      memory_swap: -1,
      memory_reservation: 32 * MiB,
      cpu_shares: 256,
      cpu_period: 50_000,
      cpu_quota: 25_000,
      cpuset_cpus: '0',
    };
    expect(await update(id, socket, changes)).toBe('Resources updated');
    const inForce = {
      Memory: 64 * MiB,
      MemorySwap: -1,
      MemoryReservation: 32 * MiB,
      CpuShares: 256,
      CpuPeriod: 50_000,
      CpuQuota: 25_000,
      CpusetCpus: '0',
    };
    expect(await inspect(id)).toMatchObject(inForce);
    await host.waitFor('container', (frame) => frame.data.limits.cpu === 0.5);
    await scene.host.restart('SIGKILL');
    await until(async () => (await scene.state(id)).state === 'running', { timeoutMs: 60_000 });
    expect(await stored(id)).toMatchObject({ ...changes, blkio_weight: null });
    (await scene.host.api.post(`/containers/${id}/kill`)).expect(200);
    await until(async () => (await scene.state(id)).state === 'exit');
    const again = await scene.connect(id);
    await run(again);
    expect(await inspect(id)).toMatchObject(inForce);
  });

  it('what the engine refuses is told with its words, and changes nothing; a limit its kernel lacks is told', async () => {
    const { id, socket } = await open({
      startup_command: 'echo up; exec sleep 600',
      limits: { memory: 64 * MiB },
    });
    const refused = await update(id, socket, { cpuset_cpus: '0-999', cpu_shares: 99 });
    expect(refused).toMatch(/^Error: the resources were not changed: .*Requested CPUs are not available/);
    expect(await stored(id)).toMatchObject({ cpuset_cpus: null, cpu_shares: null });
    expect(await inspect(id)).toMatchObject({ CpusetCpus: '', CpuShares: 0 });
    const since = socket.mark();
    expect(await update(id, socket, { blkio_weight: 300 })).toBe('Resources updated');
    expect((await stored(id)).blkio_weight).toBe(300);
    const known = await scene.docker(
      'inspect',
      '--format',
      '{{.HostConfig.BlkioWeight}}',
      scene.container(id),
    );
    const warned = socket.all('daemon_message', since).some(({ data }) => /^Warning: .*weight/i.test(data));
    expect(warned).toBe(known !== '300');
  });
});

describe.skipIf(!has('images'))('A11 resources of a server that does not run', () => {
  it('are stored, and the container of the next start has them', async () => {
    const id = await scene.server({ startup_command: 'echo up; exec sleep 600', start_pattern: 'up' });
    const socket = await scene.connect(id);
    const told = await update(id, socket, { memory: 48 * MiB, cpu_quota: 30_000 });
    expect(told).toBe('Resources updated for the next start');
    await run(socket);
    expect(await inspect(id)).toMatchObject({
      Memory: 48 * MiB,
      MemorySwap: 48 * MiB,
      CpuQuota: 30_000,
      CpuPeriod: 100_000,
    });
  });
});
