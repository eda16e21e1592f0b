import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { suiteCleanup } from '../support/cleanup.ts';
import { beginStory, tellStory } from '../support/engine-story.ts';
import { busyboxName } from '../support/images.ts';
import { longTest } from '../support/lane.ts';
import { startNewerEngine, treePath } from '../support/newer-engine.ts';
import { mountsUnder } from '../support/remove-tree.ts';
import { has } from '../support/requirements.ts';

const onEnd = suiteCleanup();

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

describe.skipIf(!has('docker-28'))('Docker 28', () => {
  it('a server from its image to its deletion', async () => {
    const story = await beginStory({ tree: 'docker-28' }, onEnd);
    expect(await story.engine.docker('version', '--format', '{{.Server.Version}}')).toMatch(
      /^(2[89]|[3-9]\d)\./,
    );
    await tellStory(story);
  });

  longTest('is gone with its test: processes, mounts, network, data', async () => {
    const engine = await startNewerEngine({ tree: 'docker-28' });
    const { folder } = engine;
    await engine.docker('run', '-d', busyboxName, 'sleep', '1000');
    const pids = await engine.processes();
    expect(pids.length).toBeGreaterThan(2);
    expect(await mountsUnder(folder)).toContain(join(folder, 'net'));
    await engine.close();
    expect(pids.filter((pid) => commandOf(pid).includes(folder))).toEqual([]);
    expect(await mountsUnder(folder)).toEqual([]);
    expect(existsSync(folder)).toBe(false);
    expect(readdirSync(treePath('docker-28'))).toContain('usr');
  });
});
