import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { shownCrashSchema } from '../../shared/model/crash.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { someOf } from '../support/lane.ts';
import { has } from '../support/requirements.ts';
import { openScene, type Scene, type ServerOptions } from '../support/scene.ts';
import { until } from '../support/until.ts';

const reply = z.object({ crashes: z.array(shownCrashSchema) });
const MiB = 1024 * 1024;

interface Way {
  how: string;
  startup_command: string;
  /** What is told: the likely cause, or without one what the program did. */
  sentence: string;
  more?: Partial<ServerOptions>;
  /** Bytes of a volume of its own, in MB. */
  volumeMb?: number;
  /** Once it runs. */
  once?: (scene: Scene, id: string) => Promise<unknown>;
}

const all: Way[] = [
  {
    how: 'an exit code',
    startup_command: 'exit 3',
    sentence: 'ended with an error of its own (exit code 3)',
  },
  { how: 'a fault of its own', startup_command: 'kill -SEGV $$', sentence: 'The program itself is faulty' },
  {
    how: 'full memory',
    // The engine tells nothing of memory that is full before it began to watch, a moment after the start.
    startup_command: 'sleep 2; exec tail /dev/zero',
    more: { limits: { memory: 16 * MiB } },
    sentence: 'Its memory limit was too small',
  },
  {
    how: 'full memory of a child',
    startup_command: 'sleep 2; tail /dev/zero; exit 1',
    more: { limits: { memory: 16 * MiB } },
    sentence: 'A program that it had begun ran out of memory',
  },
  {
    how: 'a hand from outside',
    startup_command: 'exec sleep 600',
    once: (scene, id) => scene.docker('kill', scene.container(id)),
    sentence: 'Somebody ended it with Docker',
  },
  {
    how: 'a licence that nobody accepted',
    startup_command: 'echo "You need to agree to the EULA in order to run the server."',
    sentence: 'The EULA is not accepted yet',
  },
  {
    how: 'a port that is taken',
    startup_command: 'nc -l -p 7777 & until netstat -ltn | grep -q :7777; do sleep 0.1; done; nc -l -p 7777',
    sentence: 'A port is in use inside its container',
  },
  {
    how: 'a program that is missing',
    startup_command: 'exec /nothing/here',
    sentence: 'A file that it needs is missing',
  },
  {
    how: 'a file that it may not use',
    startup_command: 'echo x > plain; chmod 644 plain; ./plain',
    sentence: 'It may not use a file that it needs',
  },
  {
    how: 'a full volume',
    startup_command: 'cat /dev/zero > big; exit 1',
    volumeMb: 16,
    sentence: 'There was no room left to write to',
  },
  {
    how: 'a wrong line of its configuration',
    startup_command: `printf 'a=1\\nb="2\\n' > settings.sh; . ./settings.sh`,
    sentence: 'A line of its configuration is wrong',
  },
  {
    how: 'a lock that another one holds',
    // BusyBox has no flock: a folder is a lock that only one can make.
    startup_command: 'mkdir world.lock; mkdir world.lock || { echo "database is locked"; exit 1; }',
    sentence: 'Something else has its files open',
  },
];

const ways = someOf(all, 6);

describe.skipIf(!has('docker') || !has('images'))('K2 ways to die', () => {
  const onEnd = suiteCleanup();

  test('all of them, each made on purpose, each with the right sentence', async () => {
    const scene = await openScene({ onEnd });
    const { api } = scene.host;
    const shared = (await api.post('/volumes', { size: 64 })).parse(
      z.object({ volume_id: z.string() }),
      201,
    ).volume_id;
    const die = async (way: Way): Promise<[string, string | undefined]> => {
      const own = way.volumeMb
        ? (await api.post('/volumes', { size: way.volumeMb })).parse(z.object({ volume_id: z.string() }), 201)
            .volume_id
        : shared;
      const { startup_command, more } = way;
      const id = await scene.server({ startup_command, restart_policy: 'no', volume_id: own, ...more });
      (await api.post(`/containers/${id}/start`)).expect(200);
      if (way.once) {
        await until(async () => (await scene.state(id)).state === 'running');
        await way.once(scene, id);
      }
      const crashes = async () => (await api.get(`/containers/${id}/crashes`)).parse(reply).crashes;
      await until(async () => (await crashes()).length > 0);
      const [crash] = await crashes();
      return [way.how, crash?.cause?.title ?? crash?.exit_words ?? undefined];
    };
    const told = await Promise.all(ways.map(die));
    expect(Object.fromEntries(told)).toEqual(
      Object.fromEntries(ways.map(({ how, sentence }) => [how, sentence])),
    );
  });
});
