import { describe, expect, it } from 'vitest';
import { FileTail, type ReadPart, tailBytes } from './tail.ts';

/** A file that can be written to, read as the host reads it. */
function file(first: string) {
  let content = new TextEncoder().encode(first);
  let asked = 0;
  const read: ReadPart = async (wanted) => {
    const start = 'last' in wanted ? Math.max(0, content.length - wanted.last) : wanted.from;
    const end = 'last' in wanted ? content.length : Math.min(content.length, start + wanted.most);
    if (start >= content.length) return null;
    asked += end - start;
    return { bytes: content.slice(start, end), start, size: content.length };
  };
  return {
    read,
    write: (text: string) => {
      content = new TextEncoder().encode(text);
    },
    asked: () => asked,
  };
}

describe('the end of a file', () => {
  it('is its last lines, whole, and then only what is new', async () => {
    const line = `${'ä'.repeat(40)}\n`;
    const log = file(line.repeat(20_000));
    const tail = new FileTail(log.read);
    const first = await tail.open();
    expect(first.start).toBeGreaterThan(0);
    expect(first.text.startsWith('ä'.repeat(40))).toBe(true);
    expect(await tail.next()).toBeNull();
    const before = log.asked();
    log.write(`${line.repeat(20_000)}new\n`);
    expect((await tail.next())?.text.endsWith('\nnew\n')).toBe(true);
    expect(log.asked() - before).toBeLessThan(10);
  });

  it('is empty for an empty file, which then grows', async () => {
    const log = file('');
    const tail = new FileTail(log.read);
    expect(await tail.open()).toMatchObject({ text: '', isText: true });
    expect(await tail.next()).toBeNull();
    log.write('a\n');
    expect(await tail.next()).toMatchObject({ text: 'a\n', beganAnew: false });
  });

  it('of a file that begins anew is that one’s; of what is no text it is told', async () => {
    const log = file('old old old\n');
    const tail = new FileTail(log.read);
    await tail.open();
    log.write('new\n');
    expect(await tail.next()).toMatchObject({ text: 'new\n', beganAnew: true });
    log.write('\0');
    expect(await tail.next()).toMatchObject({ isText: false });
  });

  it('never holds more than its bound, however much comes at once', async () => {
    const log = file('x\n');
    const tail = new FileTail(log.read);
    await tail.open();
    log.write(`x\n${'y'.repeat(99)}\n`.repeat(30_000));
    expect((await tail.next())?.text.length).toBeLessThanOrEqual(tailBytes);
  });
});
