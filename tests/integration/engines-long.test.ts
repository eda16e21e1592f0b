import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { suiteCleanup } from '../support/cleanup.ts';
import { beginStory, tellStory } from '../support/engine-story.ts';
import { isLong } from '../support/lane.ts';
import { engineTrees, type NewerEngineOptions } from '../support/newer-engine.ts';
import { has } from '../support/requirements.ts';

const onEnd = suiteCleanup();

const all: { name: string; options: NewerEngineOptions }[] = [
  { name: 'Docker 26', options: { tree: 'docker-26' } },
  {
    name: 'Docker 28 with the containerd image store',
    options: { tree: 'docker-28', dockerd: ['--feature', 'containerd-snapshotter=true'] },
  },
  { name: 'Podman 5 in another zone', options: { tree: 'podman-5', env: { TZ: 'Europe/Berlin' } } },
];

it('the set-up makes each tree that a test asks for', () => {
  const script = readFileSync(join(import.meta.dirname, '../../scripts/lib/engine-trees.mjs'), 'utf8');
  const made = [...script.matchAll(/name: '([a-z]+-\d+)'/g)].map(([, name]) => name);
  expect(made).toEqual([...engineTrees]);
});

// Without `--long` there is none of them: they take a minute together.
describe.each(isLong ? ['Podman 5 without root'] : [])('%s', () => {
  it.skipIf(!has('podman-5'))(
    'a server from its image to its deletion, and that it has no limits',
    async () => {
      const story = await beginStory({ tree: 'podman-5', isRootless: true }, onEnd);
      await tellStory(story, { hasLimits: false });
      // It keeps one process outside of everything, which must end with the test, too.
      const pids = await story.engine.processes();
      const command = (pid: number) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      const commands = await Promise.all(pids.map(command));
      expect(commands.join('\n')).toContain('catatonit');
    },
  );
});

describe.each(isLong ? all : [])('$name', ({ options }) => {
  it.skipIf(!has(options.tree))('a server from its image to its deletion', async () => {
    await tellStory(await beginStory(options, onEnd));
  });
});
