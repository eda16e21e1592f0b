import { describe, expect, it } from 'vitest';
import { suiteCleanup } from '../support/cleanup.ts';
import {
  beginStory,
  expectDeleted,
  expectEngineFigures,
  expectKilledTold,
  expectLinesOverKill,
  expectOutOfMemoryTold,
  expectProgress,
  start,
  type,
} from '../support/engine-story.ts';
import { has } from '../support/requirements.ts';

const onEnd = suiteCleanup();

describe.skipIf(!has('docker-28'))('Docker 28', () => {
  it('a server from its image to its deletion', async () => {
    const story = await beginStory({ tree: 'docker-28' }, onEnd);
    expect(await story.engine.docker('version', '--format', '{{.Server.Version}}')).toMatch(
      /^(2[89]|[3-9]\d)\./,
    );
    expectProgress(story);
    await start(story);
    await type(story, 'hello', 'got hello\n');
    await expectEngineFigures(story);
    await expectKilledTold(story);
    await start(story);
    await expectOutOfMemoryTold(story);
    await start(story);
    await expectLinesOverKill(story);
    await expectDeleted(story);
  });
});
