import { expect, test } from 'vitest';
import { type SendFile, UploadQueue } from './upload-queue.ts';

/** Sends nothing until it is told to. */
function scene(width = 2) {
  const open = new Map<
    string,
    { finish: () => void; fail: (message: string) => void; sent: (n: number) => void }
  >();
  let arrivals = 0;
  const busy: boolean[] = [];
  const send: SendFile = ({ path }, { signal, onSent }) =>
    new Promise((resolve, reject) => {
      open.set(path, { finish: resolve, fail: (message) => reject(new Error(message)), sent: onSent });
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  const queue = new UploadQueue({
    send,
    width,
    onArrived: () => (arrivals += 1),
    onBusy: (isBusy) => busy.push(isBusy),
  });
  const add = (...paths: string[]): void =>
    queue.add(
      'v',
      paths.map((path) => ({ path, file: new File(['12345'], path) })),
    );
  const states = (): string => queue.uploads.map(({ path, state }) => `${path} ${state}`).join(', ');
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
  return { queue, open, add, states, settle, arrivals: () => arrivals, busy };
}

test('a few at a time, in order, and the list is asked for once at the end', async () => {
  const { open, add, states, settle, arrivals, busy } = scene();
  add('a', 'b', 'c');
  expect(states()).toBe('a sending, b sending, c waiting');
  open.get('a')?.finish();
  await settle();
  expect(states()).toBe('a done, b sending, c sending');
  expect(arrivals()).toBe(0);
  open.get('b')?.finish();
  open.get('c')?.finish();
  await settle();
  expect([states(), arrivals()]).toEqual(['a done, b done, c done', 1]);
  expect(busy).toEqual([true, false]);
});

test('one that fails says why, keeps nobody from going on, and can be tried again', async () => {
  const { queue, open, add, states, settle } = scene(1);
  add('a', 'b');
  open.get('a')?.fail('The volume is full.');
  await settle();
  expect(states()).toBe('a failed, b sending');
  expect(queue.uploads[0]?.problem).toBe('The volume is full.');
  queue.retry(queue.uploads[0]?.id ?? 0);
  open.get('b')?.finish();
  await settle();
  expect(states()).toBe('a sending, b done');
});

test('cancelled: one that waits, one that is sent, all', async () => {
  const { queue, open, add, states, settle } = scene(1);
  add('a', 'b', 'c', 'd');
  open.get('a')?.sent(3);
  expect(queue.uploads[0]?.sent).toBe(3);
  queue.cancel(queue.uploads[1]?.id ?? 0);
  queue.cancel(queue.uploads[0]?.id ?? 0);
  await settle();
  expect(states()).toBe('a cancelled, b cancelled, c sending, d waiting');
  queue.cancelAll();
  await settle();
  expect(states()).toBe('a cancelled, b cancelled, c cancelled, d cancelled');
  queue.clear();
  expect(queue.uploads).toEqual([]);
});
