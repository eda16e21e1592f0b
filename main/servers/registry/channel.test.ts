import { expect, it } from 'vitest';
import { Channel, type ChannelListener } from './channel.ts';

function listener(onEvent: () => void, failures: unknown[]): ChannelListener {
  return {
    batch: () => {},
    event: onEvent,
    stats: () => {},
    serverChanged: () => {},
    failed: (error) => failures.push(error),
  };
}

it('a listener that throws is told and dropped; the others hear the event, and the publisher goes on', () => {
  const channel = new Channel();
  const failures: unknown[] = [];
  const heard: string[] = [];
  const broken = new Error('broken');
  channel.listeners.add(listener(() => heard.push('first'), failures));
  channel.listeners.add(
    listener(() => {
      throw broken;
    }, failures),
  );
  channel.listeners.add(listener(() => heard.push('last'), failures));
  const publish = (): void => channel.each((one) => one.event({ event: 'event', data: 'running' }));
  publish();
  publish();
  expect(heard).toEqual(['first', 'last', 'first', 'last']);
  expect(failures).toEqual([broken]);
  expect(channel.listeners.size).toBe(2);
});
