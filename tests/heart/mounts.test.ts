import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openHeart } from '../support/heart.ts';
import { shell } from './checks.ts';

/** A folder that may be mounted, with one in it that the server mounts. */
async function mounted(more: { install_script?: string } = {}) {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'lightdeck-mounts-')));
  onTestFinished(() => rmSync(top, { recursive: true, force: true }));
  const maps = join(top, 'maps');
  mkdirSync(maps);
  const heart = await openHeart();
  heart.host.allowedMounts.push(top);
  heart.program(shell);
  const plant = (): void => {
    rmSync(maps, { recursive: true });
    symlinkSync('/', maps);
  };
  return { heart, plant, definition: { mount: { '/maps': maps }, ...more } };
}

describe('B1 mounts are checked at each start and install, and after it', () => {
  it('a link that was planted between two starts: the second one is refused, nothing is made, and it says why', async () => {
    const { heart, plant, definition } = await mounted();
    await heart.createRunning(definition);
    heart.power('stop');
    await heart.reachRest();
    plant();
    const made = heart.engine.book.count('create');
    const client = heart.client();
    heart.power('start');
    await heart.reachRest();
    expect(heart.engine.book.count('create')).toBe(made);
    expect(client.messages.join('\n')).toContain(
      'mount /maps: its folder on the host is not there any more, or is a link now',
    );
  });

  it('a folder that was taken out of the allowed ones since is refused', async () => {
    const { heart, definition } = await mounted();
    await heart.create(definition);
    heart.host.allowedMounts.length = 0;
    const client = heart.client();
    heart.power('start');
    await heart.reachRest();
    expect(client.messages.join('\n')).toContain("no longer among the host's allowed mounts");
    expect(heart.engine.book.count('start')).toBe(0);
  });

  it('a link that is planted between the check and the start: what was started is removed at once', async () => {
    const { heart, plant, definition } = await mounted();
    await heart.create(definition);
    const gate = heart.engine.book.hold('start');
    const client = heart.client();
    heart.power('start');
    await gate.reached;
    plant();
    gate.release();
    await heart.reachRest();
    expect(heart.engine.find('lightd-s1')).toBeNull();
    expect(client.messages.join('\n')).toContain('is a link now');
  });

  it('an install of a server whose mount is a link now fails, with nothing run', async () => {
    const { heart, plant, definition } = await mounted({ install_script: 'make the world' });
    plant();
    heart.host.servers.create(heart.definition('s1', definition));
    await heart.reach('failed');
    expect(heart.engine.book.count('create')).toBe(0);
    expect(heart.host.servers.get('s1')?.install_error).toContain('is a link now');
  });
});
