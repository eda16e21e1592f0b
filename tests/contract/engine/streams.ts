import { expect } from 'vitest';
import { type EngineLab, type Expectation, see, textOf } from './lab.ts';
import type { ProgramName } from './programs.ts';

async function attachedTo(lab: EngineLab, program: ProgramName, tty = false) {
  const id = await lab.create(lab.spec(program, { tty }));
  const attached = await lab.attach(id, tty);
  await lab.engine.start(id);
  return { id, attached };
}

const lines = (text: string): string[] => text.replaceAll('\r\n', '\n').split('\n');

/** Attachments: all of the output, and standard input. */
export const streamExpectations: Expectation[] = [
  ...[false, true].map(
    (tty): Expectation => ({
      title: `attached before the start nothing is missed, input arrives, and the stream ends with the run (tty ${tty})`,
      async check(lab) {
        const { id, attached } = await attachedTo(lab, 'echo', tty);
        attached.write('hello world\nend\n');
        await see('the end of the stream', () => attached.isClosed);
        for (const line of ['first', 'got hello world', 'got end', 'last'])
          expect(lines(attached.text())).toContain(line);
        expect((await lab.ended(id)).exitCode).toBe(0);
      },
    }),
  ),
  ...[false, true].map(
    (tty): Expectation => ({
      title: `input that came before the start is there when the program reads (tty ${tty})`,
      async check(lab) {
        const id = await lab.create(lab.spec('read once', { tty }));
        const attached = await lab.attach(id, tty);
        attached.write('early\n');
        await lab.engine.start(id);
        await see('the answer', () => attached.text().includes('two early'));
      },
    }),
  ),
  {
    title: 'without a terminal the bytes come in frames that name their stream',
    async check(lab) {
      const { attached } = await attachedTo(lab, 'both streams');
      await see('the end of the stream', () => attached.isClosed);
      const raw = attached.raw().toString('latin1');
      expect(raw).toContain('\x01\0\0\0\0\0\0\x04out\n');
      expect(raw).toContain('\x02\0\0\0\0\0\0\x04err\n');
    },
  },
  {
    title: 'Ctrl+C in a terminal is SIGINT, which no event tells of',
    async check(lab) {
      const { id, attached } = await attachedTo(lab, 'heeds Ctrl+C', true);
      await see('the program', () => attached.text().includes('ready'));
      attached.write('\x03');
      expect((await lab.ended(id)).exitCode).toBe(7);
      expect(attached.text()).toContain('^C');
      expect(attached.text()).toContain('caught');
      await see('the end', () => lab.told(id).includes('die 7'));
      expect(lab.told(id)).toEqual(['create', 'start', 'die 7']);
    },
  },
  {
    title: 'Ctrl+C is a key like any other for a program that reads single keys',
    async check(lab) {
      const { id, attached } = await attachedTo(lab, 'single keys', true);
      await see('the program', () => attached.text().includes('ready'));
      attached.write('\x03');
      await see('the key', () => attached.text().includes('key 03'));
      expect((await lab.engine.inspect(id))?.running).toBe(true);
      expect(attached.text()).not.toContain('^C');
    },
  },
  {
    title: 'a terminal has no frames, one stream, and ends its lines by \\r\\n',
    async check(lab) {
      const { attached } = await attachedTo(lab, 'both streams', true);
      await see('the end of the stream', () => attached.isClosed);
      expect(lines(attached.raw().toString()).sort()).toEqual(['', 'err', 'out']);
      expect(attached.raw().toString()).toContain('out\r\n');
    },
  },
  {
    title: 'a terminal shows what is typed',
    async check(lab) {
      const { attached } = await attachedTo(lab, 'read once', true);
      await see('the program', () => attached.text().includes('one'));
      attached.write('typed\n');
      await see('the answer', () => attached.text().includes('two typed'));
      expect(attached.text().indexOf('typed\r\n')).toBeLessThan(attached.text().indexOf('two typed'));
    },
  },
  {
    title: 'F14 a terminal passes on 4,095 bytes of a line and drops the rest; without one all of it comes',
    async check(lab) {
      const { attached } = await attachedTo(lab, 'line lengths', true);
      await see('the program', () => attached.text().includes('first'));
      for (const length of [4095, 4096, 5000]) attached.write(`${'x'.repeat(length)}\n`);
      await see('the answers', () => attached.text().match(/length \d+/g)?.length === 3);
      expect(attached.text().match(/length \d+/g)).toEqual(Array(3).fill('length 4095'));
      const plain = await attachedTo(lab, 'line lengths');
      plain.attached.write(`${'x'.repeat(5000)}\n`);
      await see('the answer', () => plain.attached.text().includes('length 5000'));
    },
  },
  {
    title: 'F20 a terminal has the size that it is given; without a terminal, stopped or gone that is fine',
    async check(lab) {
      const { id, attached } = await attachedTo(lab, 'terminal size', true);
      await see('the program', () => attached.text().includes('first'));
      expect(await lab.engine.sizeTerminal(id)).toBe(true);
      attached.write('how large\n');
      await see('the answer', () => attached.text().includes('50 200'));
      expect(await lab.engine.sizeTerminal(await lab.run('sleep'))).toBe(true);
      expect(await lab.engine.sizeTerminal(await lab.create(lab.spec('sleep', { tty: true })))).toBe(false);
      expect(await lab.engine.sizeTerminal('lightdeck-contract-absent')).toBe(false);
    },
  },
  {
    title: 'text without a newline is on the stream at once',
    async check(lab) {
      const { attached } = await attachedTo(lab, 'prompt');
      await see('the prompt', () => attached.text().endsWith('name? '));
      attached.write('you\n');
      await see('the answer', () => attached.text().endsWith('name? hello you\n'));
    },
  },
  {
    title: 'attached later one sees only what comes from then on',
    async check(lab) {
      const { attached, id } = await attachedTo(lab, 'prompt');
      await see('the prompt', () => attached.text().endsWith('name? '));
      const late = await lab.attach(id);
      late.write('you\n');
      await see('the answer', () => late.text().includes('hello you'));
      expect(late.text()).toBe('hello you\n');
      await see('the other attachment', () => attached.text().includes('hello you'));
    },
  },
  {
    title: 'closing an attachment leaves the program alone, its input too',
    async check(lab) {
      const { id, attached } = await attachedTo(lab, 'echo');
      await see('the program', () => attached.text().includes('first'));
      attached.close();
      await see('the end of the stream', () => attached.isClosed);
      const again = await lab.attach(id);
      again.write('still here\n');
      await see('the answer', () => again.text().includes('got still here'));
      expect((await lab.engine.inspect(id))?.running).toBe(true);
    },
  },
  {
    title: 'an attachment to what has ended stays open, and sees the next run',
    async check(lab) {
      const id = await lab.runToEnd('greet');
      const attached = await lab.attach(id);
      expect(attached.isClosed).toBe(false);
      await lab.engine.start(id);
      await see('the next run', () => attached.isClosed);
      expect(attached.text()).toBe('hello\n');
    },
  },
  {
    title: 'a removal ends attachments',
    async check(lab) {
      const { id, attached } = await attachedTo(lab, 'sleep');
      await lab.engine.remove(id);
      await see('the end of the stream', () => attached.isClosed);
    },
  },
  {
    title: 'attaching to what is not there is not found; an aborted signal is what is thrown',
    async check(lab) {
      await expect(lab.attach('lightdeck-contract-absent')).rejects.toMatchObject({ code: 'not_found' });
      const id = await lab.create(lab.spec('sleep'));
      const gone = AbortSignal.abort(new Error('called off'));
      await expect(lab.engine.attach(id, { tty: false, stdin: true }, gone)).rejects.toThrow('called off');
    },
  },
  {
    title: 'when an end is told by inspect, the log has all of its output',
    async check(lab) {
      const id = await lab.runToEnd('flood');
      expect(textOf(await lab.readLog(id)).endsWith('number 1999\n')).toBe(true);
    },
  },
];
