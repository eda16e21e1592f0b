import { expect } from 'vitest';
import { noResourceSettings } from '../../../shared/model/resources.ts';
import { MiB } from '../../../shared/units.ts';
import { freePort } from '../../support/free-port.ts';
import { busyboxName } from '../../support/images.ts';
import { type Expectation, see, textOf } from './lab.ts';

const memory = (mib: number) => ({ limits: { memory: mib * MiB, cpu: null }, resources: noResourceSettings });

/** What is around containers: events, networks, ports, images, figures, lists. */
export const aroundExpectations: Expectation[] = [
  {
    title: "a run's events come in their order, with what they are about",
    async check(lab) {
      const spec = lab.spec('greet');
      const id = await lab.create(spec);
      await lab.engine.start(id);
      await see('the end', () => lab.told(id).includes('die 3'));
      await lab.engine.remove(id);
      await see('the removal', () => lab.told(id).includes('destroy'));
      expect(lab.told(id)).toEqual(['create', 'start', 'die 3', 'destroy']);
      for (const event of lab.events) expect(event.internalId).toBe(spec.internalId);
      const times = lab.events.map(({ at }) => at);
      expect([...times].sort((a, b) => a - b)).toEqual(times);
    },
  },
  {
    title: 'signals are told by name, before the end that they cause',
    async check(lab) {
      const id = await lab.run('trap');
      await see('the program', async () => textOf(await lab.readLog(id)).includes('ready'));
      await lab.engine.signal(id, 'SIGUSR1');
      await lab.engine.signal(id, 'SIGKILL');
      await see('the end', () => lab.told(id).includes('die 137'));
      expect(lab.told(id)).toEqual(['create', 'start', 'kill SIGUSR1', 'kill SIGKILL', 'die 137']);
    },
  },
  {
    title: 'a signal to the programs ends them, and is not told as one to the container',
    async check(lab) {
      const id = await lab.run('sleep');
      const pids = await lab.engine.signalPrograms(id, { signal: 'SIGTERM', earlier: [] });
      expect(pids).toHaveLength(1);
      await see('the end', () => lab.told(id).includes('die 143'));
      expect(lab.told(id)).toEqual(['create', 'start', 'die 143']);
    },
  },
  {
    title: 'programs that live on are waited for in the next round',
    async check(lab) {
      const id = await lab.run('unmoved');
      await see('the program', async () => textOf(await lab.readLog(id)).includes('ready'));
      const pids = await lab.engine.signalPrograms(id, { signal: 'SIGTERM', earlier: [] });
      expect(pids).toHaveLength(1);
      await see('the signal', async () => textOf(await lab.readLog(id)).includes('heard'));
      const request = { signal: 'SIGTERM', earlier: pids ?? [] };
      expect(await lab.engine.signalPrograms(id, request)).toEqual(pids);
      expect(textOf(await lab.readLog(id)).match(/heard/g)).toHaveLength(1);
      await lab.engine.signal(id, 'SIGKILL');
    },
  },
  {
    title: 'the programs of what does not run, or is not there, can not be signalled',
    async check(lab) {
      const spec = lab.spec('sleep');
      const id = await lab.create(spec);
      const request = { signal: 'SIGTERM', earlier: [] };
      expect(await lab.engine.signalPrograms(id, request)).toBeNull();
      expect(await lab.engine.signalPrograms('lightd-nowhere', request)).toBeNull();
    },
  },
  {
    title: 'SIGKILL is none that programs can be asked with',
    async check(lab) {
      const id = await lab.run('sleep');
      expect(await lab.engine.signalPrograms(id, { signal: 'SIGKILL', earlier: [] })).toBeNull();
      expect((await lab.engine.inspect(id))?.running).toBe(true);
    },
  },
  {
    title: 'removing what runs is told as kill, die, destroy',
    async check(lab) {
      const id = await lab.run('sleep');
      await lab.engine.remove(id);
      await see('the removal', () => lab.told(id).includes('destroy'));
      expect(lab.told(id)).toEqual(['create', 'start', 'kill SIGKILL', 'die 137', 'destroy']);
    },
  },
  {
    title: 'a stop from outside is told as SIGTERM and the end',
    async check(lab) {
      const id = await lab.run('sleep');
      await lab.outside.stop(id);
      await see('the end', () => lab.told(id).includes('die 143'));
      expect(lab.told(id)).toEqual(['create', 'start', 'kill SIGTERM', 'die 143']);
    },
  },
  {
    title: 'full memory is told, before the end or a moment after it',
    async check(lab) {
      const id = await lab.run('out of memory', { limits: { memory: 16 * MiB, cpu: null } });
      const news = (): string[] => lab.told(id).filter((what) => what === 'oom' || what === 'die 137');
      await see('the end and its cause', () => news().length > 1);
      expect(news().sort()).toEqual(['die 137', 'oom']);
    },
  },
  {
    title: 'pausing is told; starts, kills and removals from outside are, too',
    async check(lab) {
      const id = await lab.create(lab.spec('sleep'));
      await lab.outside.start(id);
      await lab.outside.pause(id);
      await lab.outside.unpause(id);
      await lab.outside.kill(id, 'SIGKILL');
      await lab.outside.remove(id);
      await see('the removal', () => lab.told(id).includes('destroy'));
      expect(lab.told(id)).toEqual([
        'create',
        'start',
        'pause',
        'unpause',
        'kill SIGKILL',
        'die 137',
        'destroy',
      ]);
    },
  },
  {
    title: "another host's containers are not told and not listed",
    async check(lab) {
      const ours = await lab.run('sleep');
      const other = await lab.runToEnd('greet', { hostId: `${lab.hostId}-other` });
      await see('our start', () => lab.told(ours).includes('start'));
      expect(lab.told(other)).toEqual([]);
      expect((await lab.engine.list(lab.hostId)).map(({ id }) => id)).toEqual([ours]);
    },
  },
  {
    title: 'A19 a helper runs commands to their end, and is no server in the list; one that is gone can’t',
    async check(lab) {
      const { image, volumePath, internalId } = lab.spec('sleep');
      const name = `lightd-files-${internalId}`;
      const helper = { name, hostId: lab.hostId, image, volumePath, gid: 998 };
      const id = await lab.engine.startHelper(helper);
      try {
        expect((await lab.engine.runHelper(id, ['/bin/sh', '-c', 'true'])).code).toBe(0);
        const list = await lab.engine.list(lab.hostId);
        expect(list.filter(({ role }) => role !== 'helper')).toEqual([]);
        const nowhere = lab.engine.runHelper(`${name}-nowhere`, ['true']);
        await expect(nowhere).rejects.toMatchObject({ code: 'not_found' });
      } finally {
        await lab.engine.remove(id);
      }
    },
  },
  {
    title: 'the list has what runs and what does not',
    async check(lab) {
      const ids = [await lab.run('sleep'), await lab.runToEnd('greet', { role: 'install' })];
      const list = await lab.engine.list(lab.hostId);
      expect(list.map(({ id, running, role, exitCode }) => [id, running, role, exitCode]).sort()).toEqual(
        [
          [ids[0], true, 'server', null],
          [ids[1], false, 'install', 3],
        ].sort(),
      );
    },
  },
  {
    title: "a server's network is made with its container, and listed for its host alone",
    async check(lab) {
      const spec = lab.spec('sleep');
      await lab.create(spec);
      const { network: name, hostId, internalId } = spec;
      expect(await lab.engine.listNetworks(lab.hostId)).toEqual([{ name, hostId, internalId }]);
      expect(await lab.engine.listNetworks(`${lab.hostId}-other`)).toEqual([]);
    },
  },
  {
    title: 'a network has an address by which its containers reach the machine, before there is any',
    async check(lab) {
      const spec = lab.spec('sleep');
      const network = { name: spec.network, hostId: lab.hostId, internalId: spec.internalId };
      const address = await lab.engine.gateway(network);
      expect(address).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
      expect(await lab.engine.gateway(network)).toBe(address);
      const made = await lab.engine.listNetworks(lab.hostId);
      expect(made.map(({ name }) => name)).toContain(spec.network);
      await lab.engine.removeNetwork(spec.network, lab.hostId);
    },
  },
  {
    title: 'a network stays while something runs on it, and for other hosts; then it goes, again is fine',
    async check(lab) {
      const spec = lab.spec('sleep');
      const id = await lab.create(spec);
      await lab.engine.start(id);
      await lab.engine.removeNetwork(spec.network, lab.hostId);
      await lab.engine.remove(id);
      await lab.engine.removeNetwork(spec.network, `${lab.hostId}-other`);
      expect(await lab.engine.listNetworks(lab.hostId)).toHaveLength(1);
      await lab.engine.removeNetwork(spec.network, lab.hostId);
      await lab.engine.removeNetwork(spec.network, lab.hostId);
      expect(await lab.engine.listNetworks(lab.hostId)).toEqual([]);
    },
  },
  {
    title:
      'a start without its network fails with words that inspect keeps; a new container of that name gets it again',
    async check(lab) {
      const spec = lab.spec('greet');
      const id = await lab.create(spec);
      await lab.engine.removeNetwork(spec.network, lab.hostId);
      await expect(lab.engine.start(id)).rejects.toMatchObject({ code: 'not_found' });
      expect(await lab.engine.inspect(id)).toMatchObject({
        status: 'created',
        exitCode: null,
        error: expect.stringContaining(`network ${spec.network} not found`),
      });
      await lab.engine.remove(id);
      await lab.runToEnd('greet', { ...spec });
    },
  },
  {
    title: "a network of that name that is another host's is a conflict",
    async check(lab) {
      const { network } = await lab.spec('sleep');
      const other = lab.spec('sleep', { network, hostId: `${lab.hostId}-other` });
      await lab.create(other);
      await expect(lab.engine.create(lab.spec('sleep', { network }))).rejects.toMatchObject({
        code: 'conflict',
      });
    },
  },
  {
    title:
      'ports are told of what runs; of two with one port the second start is refused, and works when the first is gone',
    async check(lab) {
      const host_port = await freePort();
      const ports = [{ ip: '127.0.0.1', host_port, container_port: 80, protocol: 'tcp' as const }];
      const specs = [lab.spec('sleep', { ports }), lab.spec('sleep', { ports })] as const;
      const [first, second] = [await lab.create(specs[0]), await lab.create(specs[1])];
      const publishedBy = async (): Promise<string[]> =>
        (await lab.engine.published()).filter(({ port }) => port === host_port).map(({ name }) => name);
      expect(await publishedBy()).toEqual([]);
      await lab.engine.start(first);
      expect(await publishedBy()).toEqual([specs[0].name]);
      await expect(lab.engine.start(second)).rejects.toMatchObject({
        code: 'engine_refused',
        message: expect.stringContaining('choose another port'),
      });
      expect(await lab.engine.inspect(second)).toMatchObject({
        status: 'created',
        published: [`127.0.0.1:${host_port} → 80/tcp`],
        error: expect.stringContaining('port is already allocated'),
      });
      await lab.engine.remove(first);
      await lab.engine.start(second);
      expect(await publishedBy()).toEqual([specs[1].name]);
    },
  },
  {
    title: 'limits are changed while it runs and when it does not; too little memory is refused',
    async check(lab) {
      const id = await lab.run('sleep');
      expect(await lab.engine.update(id, memory(32), memory(48))).toEqual([]);
      expect((await lab.engine.statsOnce(id))?.memoryLimit).toBe(48 * MiB);
      await expect(lab.engine.update(id, memory(48), memory(1))).rejects.toMatchObject({
        code: 'engine_refused',
        message: expect.stringContaining('6MB'),
      });
      await lab.engine.signal(id, 'SIGKILL');
      expect(await lab.engine.update(id, memory(48), memory(40))).toEqual([]);
      await lab.engine.start(id);
      expect((await lab.engine.statsOnce(id))?.memoryLimit).toBe(40 * MiB);
    },
  },
  {
    title: 'changing nothing asks for nothing; changing what is not there is not found',
    async check(lab) {
      const absent = 'lightdeck-contract-absent';
      expect(await lab.engine.update(absent, memory(32), memory(32))).toEqual([]);
      await expect(lab.engine.update(absent, memory(32), memory(48))).rejects.toMatchObject({
        code: 'not_found',
      });
    },
  },
  {
    title: 'there are figures of what runs, paused too, and none of what does not or is not there',
    async check(lab) {
      const id = await lab.create(lab.spec('sleep'));
      expect(await lab.engine.statsOnce(id)).toBeNull();
      await lab.engine.start(id);
      const reading = await lab.engine.statsOnce(id);
      expect(reading).toMatchObject({ memoryLimit: 32 * MiB });
      expect(reading?.at).toBeGreaterThan(0);
      await lab.outside.pause(id);
      expect(await lab.engine.statsOnce(id)).not.toBeNull();
      await lab.outside.unpause(id);
      await lab.engine.signal(id, 'SIGKILL');
      expect(await lab.engine.statsOnce(id)).toBeNull();
      expect(await lab.engine.statsOnce('lightdeck-contract-absent')).toBeNull();
    },
  },
  {
    title: 'images: what is here, and whose they are',
    async check(lab) {
      expect(await lab.engine.imageExists(busyboxName)).toBe(true);
      expect(await lab.engine.imageFacts(busyboxName)).toMatchObject({
        id: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        digest: null,
        user: '',
        volumes: [],
      });
      expect(await lab.engine.imageExists('lightdeck-test/absent:1')).toBe(false);
      expect(await lab.engine.imageFacts('lightdeck-test/absent:1')).toBeNull();
      expect(await lab.engine.imageExists('../../containers/x')).toBe(false);
      expect(await lab.engine.imageFacts('a b')).toBeNull();
      const { id } = (await lab.engine.imageFacts(busyboxName)) ?? {};
      const listed = await lab.engine.listImages();
      expect(listed.find((image) => image.id === id)?.names).toContain(busyboxName);
    },
  },
  {
    title: "a pull that fails rejects with the registry's name and makes no image",
    async check(lab) {
      const image = '127.0.0.1:9/absent:1';
      const pull = (name: string, signal = new AbortController().signal) =>
        lab.engine.pull(name, () => {}, signal);
      await expect(pull(image)).rejects.toMatchObject({
        code: 'engine_refused',
        message: expect.stringContaining('127.0.0.1:9'),
      });
      expect(await lab.engine.imageExists(image)).toBe(false);
      await expect(pull('no/../way')).rejects.toMatchObject({ code: 'invalid' });
      await expect(pull(image, AbortSignal.abort(new Error('called off')))).rejects.toThrow('called off');
    },
  },
  {
    title: 'the monitor tells that the engine is up, and which',
    async check(lab) {
      expect(lab.monitor.state).toMatchObject({ status: 'up', kind: 'docker' });
      expect(await lab.monitor.engine.inspect('lightdeck-contract-absent')).toBeNull();
    },
  },
];
