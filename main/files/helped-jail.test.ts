import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { LightdeckError } from '../../shared/errors.ts';
import { tempDir } from '../../tests/support/temp.ts';
import type { FileAccess, Jail, RootFiles, TrashBin } from './contract.ts';
import { helpedJail } from './helped-jail.ts';
import { makeCell } from './jail.test-helper.ts';

/** Root's hands: what they were asked for. Until they have opened (or taken) something, the inner jail refuses what a test says. */
class Hands implements RootFiles {
  uid = process.getuid?.() ?? 0;
  readonly asked: string[] = [];
  isOpen = false;
  failure: Error | null = null;

  async open(access: FileAccess[]): Promise<void> {
    this.note(
      'open',
      access.map(({ path, bits, deep }) => `${path || '.'}:${bits}${deep ? ':deep' : ''}`),
    );
    this.isOpen = true;
  }

  async take(paths: string[]): Promise<void> {
    this.note('take', paths);
  }

  /** What giving waits for. */
  gate = Promise.resolve();

  async give(paths: string[]): Promise<void> {
    await this.gate;
    this.note('give', paths);
  }

  private note(what: string, words: string[]): void {
    if (this.failure) throw this.failure;
    this.asked.push(`${what} ${[...new Set(words)].join(' ')}`);
  }
}

const denied = (): LightdeckError =>
  new LightdeckError('conflict', 'the host is not allowed to do this with "f" (EACCES)', {
    cause: Object.assign(new Error('EACCES'), { code: 'EACCES' }),
  });

let folder: string;
let hands: Hands;
let inner: Jail;
let jail: Jail;

beforeEach(() => {
  const cell = makeCell(tempDir());
  folder = cell.root;
  mkdirSync(join(folder, 'world/deep'), { recursive: true });
  writeFileSync(join(folder, 'world/level'), 'data');
  hands = new Hands();
  inner = cell.jail;
  // As a user who may do nothing there until root has opened it.
  const guardedTrash = new Proxy(inner.trash, {
    get:
      (target, name: keyof TrashBin) =>
      (...args: never[]) =>
        hands.isOpen ? Reflect.apply(target[name], target, args) : Promise.reject(denied()),
  });
  const guarded = new Proxy(inner, {
    get(target, name: keyof Jail) {
      if (name === 'trash') return guardedTrash;
      const method = target[name];
      return (...args: never[]) => {
        if (!hands.isOpen && args[0] !== '') {
          if (name === 'walk')
            return { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(denied()) }) };
          return Promise.reject(denied());
        }
        return Reflect.apply(method, target, args);
      };
    },
  });
  jail = helpedJail(guarded, hands);
});

const bytes = async function* (text: string) {
  yield Buffer.from(text);
};

describe('A19 what the system refuses is opened by root and tried once more', () => {
  test.each<[string, (jail: Jail) => Promise<unknown>, string]>([
    ['stat', (jail) => jail.stat('world/level'), 'open .:rX world:rX world/level:rX'],
    ['list', (jail) => jail.list('world'), 'open .:rX world:rX'],
    ['readLink', (jail) => jail.readLink('world/level').catch(() => {}), 'open .:rX world:rX world/level:rX'],
    [
      'rename',
      (jail) => jail.rename('world/level', 'world/old'),
      'open .:rX world:rX .:rwX world:rwX world/level:rwX world/old:rwX',
    ],
    ['remove', (jail) => jail.remove('world', { recursive: true }), 'open .:rX .:rwX world:rwX:deep'],
    [
      'discard',
      (jail) => jail.discard('world', { by: 'me' }),
      'open .:rX .:rwX world:rwX:deep .lightdeck-trash:rwX',
    ],
    ['what is in the trash', (jail) => jail.trash.list(), 'open .:rwX .lightdeck-trash:rwX'],
    ['emptying it', (jail) => jail.trash.empty(), 'open .:rwX .lightdeck-trash:rwX:deep'],
    ['copy', (jail) => jail.copy('world', 'other'), 'open .:rX world:rX:deep .:rwX other:rwX'],
    ['makeFolder', (jail) => jail.makeFolder('world/a'), 'open .:rX world:rX .:rwX world:rwX world/a:rwX'],
    ['change', (jail) => jail.change('world/level', { mode: 0o600 }), 'open .:rX world:rX world/level:rX'],
  ])('%s', async (_name, work, expected) => {
    await work(jail);
    expect(hands.asked[0]).toBe(expected);
  });

  test('open, and reading by it', async () => {
    const file = await jail.open('world/level', { read: true, write: false });
    expect(await file.readFile('utf8')).toBe('data');
    await file.close();
    expect(hands.asked).toEqual(['open .:rX world:rX world/level:rX']);
  });

  test('writeWhole, whose source is taken once', async () => {
    expect(await jail.writeWhole('world/level', bytes('new'))).toBe(3);
    expect(readFileSync(join(folder, 'world/level'), 'utf8')).toBe('new');
  });

  test('a walk that can’t begin', async () => {
    const paths: string[] = [];
    for await (const { path } of jail.walk('world')) paths.push(path);
    expect(paths.sort()).toEqual(['deep', 'level']);
    expect(hands.asked).toEqual(['open .:rX world:rX:deep']);
  });

  test('without root’s help the refusal says why, and nothing was taken from the source', async () => {
    hands.failure = new LightdeckError('engine_unreachable', 'no engine answers');
    const source = bytes('new');
    await expect(jail.writeWhole('world/level', source)).rejects.toThrow(/not allowed.*no engine answers/);
    expect((await source.next()).done).toBe(false);
  });

  test('another failure is no matter of root’s', async () => {
    hands.isOpen = true;
    await expect(jail.stat('nowhere')).rejects.toMatchObject({ code: 'not_found' });
    expect(hands.asked).toEqual([]);
  });
});

describe('A19 what the host makes in a volume of somebody else is given to that one', () => {
  beforeEach(() => {
    hands.isOpen = true;
    hands.uid = 12_345;
  });

  test.each<[string, (jail: Jail) => Promise<unknown>, string]>([
    ['writeWhole', (jail) => jail.writeWhole('plugins/a', bytes('a')), 'give plugins'],
    ['makeFolder', (jail) => jail.makeFolder('maps/b'), 'give maps'],
    ['copy', (jail) => jail.copy('world', 'copied/c'), 'give copied'],
    ['makeLink', (jail) => jail.makeLink('link', 'world'), 'give link'],
  ])('%s', async (_name, work, expected) => {
    await work(jail);
    expect(hands.asked).toEqual([expected]);
  });

  test('a file that was made is given when it is closed; one that was there is nobody’s business', async () => {
    const file = await jail.open('fresh', { read: false, write: true, create: true });
    expect(hands.asked).toEqual([]);
    await file.close();
    expect(hands.asked).toEqual(['give fresh']);
    await jail.rename('fresh', 'moved');
    expect(hands.asked).toEqual(['give fresh']);
  });

  test('many at once are one round or two', async () => {
    let release = (): void => {};
    hands.gate = new Promise((resolve) => {
      release = resolve;
    });
    // A file that can be seen isn't owed yet: only when the write itself has told its end.
    let written = 0;
    const counted: Jail = {
      ...inner,
      writeWhole: (...args) => inner.writeWhole(...args).finally(() => written++),
    };
    jail = helpedJail(counted, hands);
    const writes = Array.from({ length: 20 }, (_, index) => jail.writeWhole(`f${index}`, bytes('a')));
    await expect.poll(() => written).toBe(20);
    await setImmediate();
    release();
    await Promise.all(writes);
    expect(hands.asked.join(' ').match(/f\d+/g)).toHaveLength(20);
    expect(hands.asked.length).toBeLessThan(5);
  });

  test('what can’t be given now is given with the next', async () => {
    hands.failure = new Error('no engine');
    await jail.writeWhole('a', bytes('a'));
    hands.failure = null;
    await jail.writeWhole('b', bytes('b'));
    expect(hands.asked).toEqual(['give a b']);
  });

  test('the mode of a file that is not the host’s is changed by taking it and giving it back', async () => {
    hands.isOpen = false;
    await jail.change('world/level', { mode: 0o600 });
    expect(hands.asked.slice(1)).toEqual(['take world/level', 'give world']);
  });
});

test('A19 a volume of the host’s own is never touched by root', async () => {
  hands.isOpen = true;
  await jail.writeWhole('a', bytes('a'));
  await jail.remove('a');
  chmodSync(join(folder, 'world'), 0o755);
  expect(hands.asked).toEqual([]);
});
