import { describe, expect, it } from 'vitest';
import { openHeart } from '../support/heart.ts';
import type { HeartClient } from '../support/heart-client.ts';

const news = (client: HeartClient): string[] =>
  client.hostEvents.flatMap((event) => {
    if (event.event === 'operation') return [`${event.data.container} ${event.data.state}`];
    return event.event === 'changed' ? [`${event.topic} of ${event.internal_id}`] : [];
  });

describe("H4 the host's socket", () => {
  it('tells what is under way to who joins, how it ends, and what has changed', async () => {
    const heart = await openHeart();
    await heart.createRunning();
    const begin = (container: string | null) =>
      heart.host.operations.start({
        kind: 'test',
        container,
        title: 'A test',
        scope: 'files.write',
        by: 'me',
        run: ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(null))),
      });
    const { operation, ended } = begin('s1');
    begin(null);
    const all = heart.host.hostClient();
    const friend = heart.host.hostClient(['s1']);
    const stranger = heart.host.hostClient(['s2']);
    await heart.clock.settle();
    heart.host.operations.cancel(operation.id);
    await ended;
    heart.host.news.changed('schedules', 's1');
    heart.host.news.changed('alerts', null);
    await heart.clock.settle();
    expect(news(all)).toEqual(['s1 running', 'null running', 's1 done', 'schedules of s1', 'alerts of null']);
    expect(news(friend)).toEqual(['s1 running', 's1 done', 'schedules of s1']);
    expect(news(stranger)).toEqual([]);
  });

  it('tells that what was decided about a server has changed, whoever changed it', async () => {
    const heart = await openHeart();
    await heart.createRunning();
    const all = heart.host.hostClient();
    const stranger = heart.host.hostClient(['s2']);
    await heart.clock.settle();
    heart.host.servers.change('s1', { auto_start: true });
    await heart.clock.settle();
    expect(news(all)).toEqual(['containers of s1']);
    expect(news(stranger)).toEqual([]);
  });
});
