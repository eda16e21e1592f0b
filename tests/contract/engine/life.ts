import { join } from 'node:path';
import { expect } from 'vitest';
import { type Expectation, see } from './lab.ts';

const absent = 'lightdeck-contract-absent';

/** Containers: made, started, signalled, removed, and what is known of them. */
export const lifeExpectations: Expectation[] = [
  {
    title: 'a new container is known by what it was made with, and has neither run nor ended',
    async check(lab) {
      const spec = lab.spec('greet', { role: 'install', definitionHash: 'hash-2' });
      const id = await lab.create(spec);
      expect(await lab.engine.inspect(id)).toEqual({
        id,
        name: spec.name,
        internalId: spec.internalId,
        role: 'install',
        hostId: lab.hostId,
        definitionHash: 'hash-2',
        status: 'created',
        running: false,
        pid: null,
        exitCode: null,
        oomKilled: false,
        stoppedByUser: false,
        error: '',
        startedAt: null,
        finishedAt: null,
        tty: false,
        published: [],
      });
    },
  },
  {
    title: 'it is found by name and by the beginning of its id',
    async check(lab) {
      const spec = lab.spec('sleep');
      const id = await lab.create(spec);
      expect((await lab.engine.inspect(spec.name))?.id).toBe(id);
      expect((await lab.engine.inspect(id.slice(0, 12)))?.id).toBe(id);
    },
  },
  {
    title: 'a taken name is a conflict, also when it has ended, and is free after the removal',
    async check(lab) {
      const spec = lab.spec('greet');
      const id = await lab.create(spec);
      await expect(lab.engine.create(spec)).rejects.toMatchObject({ code: 'conflict' });
      await lab.engine.start(id);
      await lab.ended(id);
      await expect(lab.engine.create(spec)).rejects.toMatchObject({ code: 'conflict' });
      await lab.engine.remove(id);
      expect(await lab.create(spec)).not.toBe(id);
    },
  },
  {
    title: 'an image that is not there is not found, and no container is made',
    async check(lab) {
      const spec = lab.spec('greet', { image: 'lightdeck-test/absent:1' });
      await expect(lab.engine.create(spec)).rejects.toMatchObject({ code: 'not_found' });
      expect(await lab.engine.inspect(spec.name)).toBeNull();
      await lab.engine.removeNetwork(spec.network, lab.hostId);
    },
  },
  {
    title: 'a volume that is not there is refused with what to do',
    async check(lab) {
      // A path that nobody else can have made in the meantime.
      const volumePath = join(lab.spec('greet').volumePath, 'missing');
      const spec = lab.spec('greet', { volumePath });
      await expect(lab.engine.create(spec)).rejects.toMatchObject({
        code: 'engine_refused',
        message: expect.stringContaining('missing on the host'),
      });
      await lab.engine.removeNetwork(spec.network, lab.hostId);
    },
  },
  {
    title: 'names that no container and no image can have are told apart from absent ones',
    async check(lab) {
      await expect(lab.engine.create(lab.spec('greet', { name: '../x' }))).rejects.toMatchObject({
        code: 'not_found',
      });
      await expect(lab.engine.create(lab.spec('greet', { image: 'a b' }))).rejects.toMatchObject({
        code: 'invalid',
      });
      expect(await lab.engine.inspect('../../info')).toBeNull();
      expect(await lab.engine.signal('../../info', 'SIGTERM')).toBe(false);
      await expect(lab.engine.start('../../info')).rejects.toMatchObject({ code: 'not_found' });
    },
  },
  {
    title: 'a run has a start, a process and no exit code; its end has both times and the code',
    async check(lab) {
      const id = await lab.run('echo');
      const running = await lab.engine.inspect(id);
      expect(running).toMatchObject({ status: 'running', running: true, exitCode: null, finishedAt: null });
      expect(running?.pid).toBeGreaterThan(0);
      expect(running?.startedAt).toBeGreaterThan(0);
      const attached = await lab.attach(id);
      attached.write('end\n');
      const ended = await lab.ended(id);
      expect(ended).toMatchObject({
        status: 'exited',
        running: false,
        pid: null,
        exitCode: 0,
        startedAt: running?.startedAt,
      });
      expect(ended.finishedAt).toBeGreaterThanOrEqual(ended.startedAt ?? Number.POSITIVE_INFINITY);
    },
  },
  {
    title: "the program's exit code is told",
    async check(lab) {
      expect(await lab.ended(await lab.run('greet'))).toMatchObject({
        exitCode: 3,
        oomKilled: false,
        stoppedByUser: false,
        error: '',
      });
    },
  },
  {
    title: 'starting what runs is fine and starts nothing again',
    async check(lab) {
      const id = await lab.run('sleep');
      const before = await lab.engine.inspect(id);
      await lab.engine.start(id);
      expect(await lab.engine.inspect(id)).toEqual(before);
    },
  },
  {
    title: 'a second run keeps the end of the first until its own',
    async check(lab) {
      const id = await lab.run('echo');
      (await lab.attach(id)).write('end\n');
      const first = await lab.ended(id);
      await lab.engine.start(id);
      const again = await lab.engine.inspect(id);
      expect(again).toMatchObject({ running: true, exitCode: null, finishedAt: first.finishedAt });
      expect(again?.startedAt).toBeGreaterThanOrEqual(first.finishedAt ?? Number.POSITIVE_INFINITY);
    },
  },
  {
    title: 'starting what is not there is not found',
    async check(lab) {
      await expect(lab.engine.start(absent)).rejects.toMatchObject({ code: 'not_found' });
    },
  },
  {
    title: 'a signal reaches the program, which decides its exit code',
    async check(lab) {
      const id = await lab.create(lab.spec('trap'));
      const attached = await lab.attach(id);
      await lab.engine.start(id);
      await see('the program', () => attached.text().includes('ready'));
      expect(await lab.engine.signal(id, 'SIGUSR1')).toBe(true);
      await see('the signal', () => attached.text().includes('usr1'));
      expect((await lab.engine.inspect(id))?.running).toBe(true);
      expect(await lab.engine.signal(id, 'SIGTERM')).toBe(true);
      expect((await lab.ended(id)).exitCode).toBe(7);
    },
  },
  {
    title: 'a signal without a handler ends it with 128 and its number',
    async check(lab) {
      const id = await lab.run('sleep');
      expect(await lab.engine.signal(id, 'SIGTERM')).toBe(true);
      expect((await lab.ended(id)).exitCode).toBe(143);
    },
  },
  {
    title: 'when SIGKILL is answered it has ended, by 137',
    async check(lab) {
      const id = await lab.run('trap');
      expect(await lab.engine.signal(id, 'SIGKILL')).toBe(true);
      expect(await lab.engine.inspect(id)).toMatchObject({ running: false, exitCode: 137, oomKilled: false });
    },
  },
  {
    title: 'a signal to what does not run, or is not there, is false; one that does not exist is refused',
    async check(lab) {
      const id = await lab.create(lab.spec('sleep'));
      expect(await lab.engine.signal(id, 'SIGTERM')).toBe(false);
      expect(await lab.engine.signal(absent, 'SIGTERM')).toBe(false);
      await lab.engine.start(id);
      await expect(lab.engine.signal(id, 'SIGNOPE')).rejects.toMatchObject({ code: 'engine_refused' });
    },
  },
  {
    title:
      'memory that is full ends it with 137, and is told: by the mark, or by an event that comes after it',
    async check(lab) {
      const id = await lab.run('out of memory', { limits: { memory: 16 * 1024 * 1024, cpu: null } });
      expect((await lab.ended(id)).exitCode).toBe(137);
      // On a busy machine Docker 20.10 marks it never, and sends the event a moment late.
      const isTold = async (): Promise<boolean> =>
        lab.told(id).includes('oom') || (await lab.engine.inspect(id))?.oomKilled === true;
      await see('the full memory', isTold);
    },
  },
  {
    title: 'a removal ends what runs; again it is fine',
    async check(lab) {
      const id = await lab.run('sleep');
      await lab.engine.remove(id);
      expect(await lab.engine.inspect(id)).toBeNull();
      await lab.engine.remove(id);
      await lab.engine.remove(absent);
      await lab.engine.remove('../..');
    },
  },
  {
    title: 'of two removals at once each one waits until the name is free',
    async check(lab) {
      const spec = lab.spec('sleep');
      const id = await lab.create(spec);
      await lab.engine.start(id);
      const first = lab.engine.remove(id);
      await lab.engine.remove(spec.name);
      await lab.create(spec);
      await first;
    },
  },
  {
    title: 'paused it runs, is not started again, and a signal wakes it',
    async check(lab) {
      const id = await lab.create(lab.spec('trap'));
      const attached = await lab.attach(id);
      await lab.engine.start(id);
      await see('the program', () => attached.text().includes('ready'));
      await lab.outside.pause(id);
      expect(await lab.engine.inspect(id)).toMatchObject({ status: 'paused', running: true, exitCode: null });
      await expect(lab.engine.start(id)).rejects.toMatchObject({ code: 'conflict' });
      await expect(lab.attach(id)).rejects.toMatchObject({ code: 'conflict' });
      await lab.outside.unpause(id);
      expect((await lab.engine.inspect(id))?.status).toBe('running');
      await lab.outside.pause(id);
      expect(await lab.engine.signal(id, 'SIGTERM')).toBe(true);
      expect((await lab.ended(id)).exitCode).toBe(7);
    },
  },
  {
    title: 'renamed from outside it keeps its id and labels',
    async check(lab) {
      const spec = lab.spec('sleep');
      const id = await lab.create(spec);
      await lab.outside.rename(id, `${spec.name}-renamed`);
      expect(await lab.engine.inspect(id)).toMatchObject({
        name: `${spec.name}-renamed`,
        internalId: spec.internalId,
      });
      expect(await lab.engine.inspect(spec.name)).toBeNull();
    },
  },
];
