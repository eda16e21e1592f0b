import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLog } from '../../main/lib/log.ts';
import type { Players } from '../../main/players/players.ts';
import { createPlayers } from '../../main/players/players-feature.ts';
import type { QueryAnswer } from '../../main/players/query/contract.ts';
import { registryChannels } from '../../main/players/registry-channels.ts';
import { type PlayersSetting, playersSettingSchema } from '../../shared/model/players.ts';
import type { Program } from '../support/fake-process.ts';
import { type Heart, openHeart } from '../support/heart.ts';
import { shell } from './checks.ts';

const minute = 60_000;
/** As `shell`; `later` makes it print of some players after five seconds, `many NAME COUNT` of so many at once. */
const shellThatPrintsLater: Program = (program) =>
  shell({
    ...program,
    async readLine() {
      const line = await program.readLine();
      const many = /^many (\w+) (\d+)$/.exec(line);
      for (let index = 0; index < Number(many?.[2] ?? 0); index += 1)
        program.print(`> ${many?.[1]}${index} joined\n`);
      if (line === 'later')
        void program
          .sleep(5000)
          .then(() => program.print('> Bob left\n> Cid joined\n> Eve joined\n> Eve left\n'));
      return line;
    },
  });

const console = { join: '> (\\w+) joined', leave: '> (\\w+) left' };
const setting = (more: object): PlayersSetting => playersSettingSchema.parse(more);
const port = { ip: '0.0.0.0', host_port: 30_000, container_port: 25_565, protocol: 'tcp' as const };

/** A host that counts players, with a server that prints `> LINE` for each line that is typed. */
class Scene {
  readonly heart: Heart;
  players: Players;
  /** What the server answers, or why it doesn't; and how often it was asked. */
  answer: QueryAnswer | Error = new Error('it did not answer');
  asked: string[] = [];

  constructor(heart: Heart) {
    this.heart = heart;
    this.players = this.open();
    onTestFinished(() => this.players.close());
  }

  open(): Players {
    const { host, clock } = this.heart;
    return createPlayers({
      store: host.store.store,
      servers: host.servers,
      channels: registryChannels(host.registry),
      ask: async (kind, { host: at, port: number }) => {
        this.asked.push(`${kind} ${at}:${number}`);
        if (this.answer instanceof Error) throw this.answer;
        return this.answer;
      },
      engineHost: () => null,
      health: host.health,
      news: host.news,
      now: clock.now,
      log: silentLog,
    });
  }

  async kill(meanwhile: () => unknown = () => {}): Promise<void> {
    this.players.close();
    await this.heart.killHost(meanwhile);
    this.players = this.open();
    await this.heart.clock.settle();
  }

  async type(...lines: string[]): Promise<void> {
    for (const line of lines) this.heart.host.servers.sendCommand('s1', `${line}\n`);
    await this.heart.clock.run(1000);
  }

  get names(): string[] | undefined {
    return this.players.show('s1').players?.map(({ name }) => name);
  }

  get stays() {
    return this.players
      .sessions('s1')
      .map(({ name, until }) => `${name} ${until === null ? 'is on' : 'was on'}`);
  }
}

async function openScene(more: object): Promise<Scene> {
  const heart = await openHeart();
  heart.program(shellThatPrintsLater);
  const scene = new Scene(heart);
  await heart.createRunning({ players: setting(more), ports: [port] });
  return scene;
}

describe('P2 by the console', () => {
  it('names come and go, and nobody is on after a stop or at the next start', async () => {
    const scene = await openScene({ console });
    expect(scene.names).toEqual([]);
    await scene.type('Ann joined', 'Bob joined', 'hello', 'Ann left');
    expect(scene.names).toEqual(['Bob']);
    expect(scene.players.show('s1')).toMatchObject({ online: 1, max: null, console: { state: 'ok' } });
    expect(scene.heart.host.registry.summaries()[0]?.players).toEqual({ online: 1, max: null });
    expect(await scene.players.count('s1')).toBe(1);
    scene.heart.power('kill');
    await scene.heart.reachRest();
    expect(scene.names).toBeUndefined();
    expect(await scene.players.count('s1')).toBe(0);
    expect(scene.heart.host.registry.summaries()[0]?.players).toBeNull();
    expect(scene.stays).toEqual(['Bob was on', 'Ann was on']);
    scene.heart.power('start');
    await scene.heart.reach('running');
    expect(scene.names).toEqual([]);
    await scene.type('Cid joined');
    scene.heart.power('restart');
    await scene.heart.clock.run(60_000);
    await scene.heart.reach('running');
    expect(scene.names).toEqual([]);
    expect(scene.stays).toEqual(['Cid was on', 'Bob was on', 'Ann was on']);
  });

  it('P4 a host that was killed knows who came and went while it was away, each once', async () => {
    const scene = await openScene({ console });
    await scene.type('Ann joined', 'Bob joined');
    scene.heart.host.servers.sendCommand('s1', 'later\n');
    await scene.kill(() => scene.heart.clock.run(10_000));
    await scene.heart.clock.run(1000);
    expect(scene.names).toEqual(['Ann', 'Cid']);
    expect(scene.stays).toEqual(['Cid is on', 'Ann is on', 'Eve was on', 'Bob was on']);
    await scene.type('Dan joined');
    expect(scene.names).toEqual(['Ann', 'Cid', 'Dan']);
  });

  it('P4 a host that joins a run whose beginning it has not seen says so, and knows names again at the next start', async () => {
    const scene = await openScene({});
    await scene.type('Ann joined');
    scene.heart.host.servers.change('s1', { players: setting({ console }) });
    expect(scene.players.show('s1')).toMatchObject({
      online: null,
      players: null,
      console: { state: 'off', why: expect.stringMatching(/from its beginning/) },
    });
    expect(await scene.players.count('s1')).toBeNull();
    scene.heart.power('kill');
    await scene.heart.reachRest();
    scene.heart.power('start');
    await scene.heart.reach('running');
    await scene.type('Ann joined');
    expect(scene.names).toEqual(['Ann']);
  });

  it('names are cleaned, and no more than a thousand of them; a flood of comings is not followed', async () => {
    const scene = await openScene({ console: { join: '> (.*) joined$', leave: '> (.*) left$' } });
    await scene.type('§cA\u0007nn\u202e joined', `${'x'.repeat(100)} joined`, '\u0001 joined');
    expect(scene.names).toEqual(['Ann', 'x'.repeat(64)]);
    await scene.type('many p 1100');
    expect(scene.names?.length).toBe(1000);
    await scene.type('many q 4100');
    expect(scene.players.show('s1')).toMatchObject({ players: null, console: { state: 'off' } });
    await scene.heart.clock.run(1000);
    expect(scene.players.sessions('s1').length).toBe(200);
  });

  it('what can’t be written on a full disk is written later, with its times', async () => {
    const scene = await openScene({ console });
    await scene.type('Ann joined');
    const since = scene.players.show('s1').players?.[0]?.since;
    scene.heart.host.store.failFrom();
    await scene.type('Bob joined', 'Ann left');
    const left = scene.heart.clock.now();
    expect(scene.names).toEqual(['Bob']);
    await scene.heart.clock.run(5 * minute);
    scene.heart.host.store.recover();
    await scene.heart.clock.run(2 * minute);
    const [bob, ann] = scene.players.sessions('s1');
    expect([bob?.name, ann]).toEqual(['Bob', { name: 'Ann', since, until: expect.any(Number) }]);
    expect(ann?.until).toBeLessThanOrEqual(left);
  });
});

describe('P3 by asking', () => {
  const full = (names: string[], more: object = {}): QueryAnswer => ({
    online: names.length,
    max: 20,
    names: names.map((name) => ({ name, forMs: null })),
    ...more,
  });

  it('once a minute, each 15 seconds while somebody looks, at the published port', async () => {
    const scene = await openScene({ query: 'minecraft' });
    scene.answer = full(['Ann', 'Bob']);
    await scene.heart.clock.run(6000);
    expect(scene.asked).toEqual(['minecraft 127.0.0.1:30000']);
    expect(scene.players.show('s1')).toMatchObject({ online: 2, max: 20, query: { state: 'ok' } });
    expect(scene.names).toEqual(['Ann', 'Bob']);
    scene.asked = [];
    for (let times = 0; times < 8; times += 1) {
      await scene.heart.clock.run(15_000);
      scene.players.show('s1');
    }
    expect(scene.asked.length).toBeGreaterThanOrEqual(7);
    expect(scene.asked.length).toBeLessThanOrEqual(9);
    await scene.heart.clock.run(minute);
    scene.asked = [];
    await scene.heart.clock.run(10 * minute);
    expect(scene.asked.length).toBe(10);
    scene.answer = full(['Bob']);
    await scene.heart.clock.run(minute);
    expect(scene.stays).toEqual(['Bob is on', 'Ann was on']);
  });

  it('ever less where it doesn’t answer, in the end not at all, and it says why; asked by hand, it begins again', async () => {
    const scene = await openScene({ query: 'minecraft' });
    await scene.heart.clock.run(minute);
    expect(scene.players.show('s1')).toMatchObject({
      online: null,
      query: { state: 'failing', why: 'it did not answer' },
    });
    await scene.heart.clock.run(3 * 60 * minute);
    expect(scene.asked.length).toBe(10);
    expect(scene.players.show('s1').query).toMatchObject({
      state: 'off',
      why: expect.stringMatching(/10 times in a row/),
    });
    scene.answer = full(['Ann']);
    expect(await scene.players.ask('s1')).toMatchObject({ online: 1, query: { state: 'ok', why: '' } });
    await scene.heart.clock.run(10 * minute);
    expect(scene.asked.length).toBeGreaterThan(18);
    scene.answer = new Error('gone');
    expect(await scene.players.count('s1')).toBeNull();
  });

  it('a server that lies about it is cut to what can be, and names that aren’t all are no names', async () => {
    const scene = await openScene({ query: 'minecraft' });
    scene.answer = { online: 9e15, max: 9e15, names: [{ name: 'one', forMs: null }] };
    await scene.heart.clock.run(6000);
    expect(scene.players.show('s1')).toMatchObject({ online: 1_000_000, max: 1_000_000, players: null });
    const many = Array.from({ length: 5000 }, (_, index) => `${index}${'x'.repeat(200)}`);
    scene.answer = full(many);
    await scene.heart.clock.run(minute);
    expect([scene.players.show('s1').online, scene.names?.length]).toEqual([5000, 1000]);
  });

  it('what it answers puts the console’s names right', async () => {
    const scene = await openScene({ query: 'minecraft', console });
    await scene.type('Ann joined', 'Bob joined');
    scene.answer = full(['Bob']);
    await scene.heart.clock.run(6000);
    expect(scene.names).toEqual(['Bob']);
    scene.answer = { online: 1, max: 20, names: [] };
    await scene.type('Cid joined', 'Dan joined');
    expect(scene.players.show('s1').online).toBe(3);
    await scene.heart.clock.run(5 * minute);
    // Three times it counted fewer than the console names.
    expect(scene.players.show('s1')).toMatchObject({ online: 1, players: null, console: { state: 'off' } });
    scene.answer = full(['Dan']);
    await scene.heart.clock.run(minute);
    expect(scene.names).toEqual(['Dan']);
    await scene.type('Eve joined');
    expect(scene.names).toEqual(['Dan', 'Eve']);
  });

  it('without a published port it says what to do', async () => {
    const scene = await openScene({ query: 'source' });
    await scene.heart.clock.run(6000);
    expect(scene.asked).toEqual([]);
    expect(scene.players.show('s1').query.why).toMatch(/no published port of udp .* add one under Network/);
  });

  it('P5 how many played when is kept by the minute', async () => {
    const scene = await openScene({ query: 'minecraft' });
    scene.answer = full(['Ann']);
    const from = scene.heart.clock.now();
    await scene.heart.clock.run(3 * minute);
    scene.answer = full(['Ann', 'Bob', 'Cid']);
    await scene.heart.clock.run(3 * minute);
    const points = scene.players.counts('s1', { from: from - minute, to: from + 10 * minute, step: minute });
    expect(points.length).toBeGreaterThanOrEqual(5);
    expect(points.map(({ most }) => most)).toEqual(expect.arrayContaining([1, 3]));
    await scene.heart.host.servers.remove('s1');
    expect(scene.players.sessions('s1')).toEqual([]);
    expect(scene.players.counts('s1', { from, to: from + 10 * minute, step: minute })).toEqual([]);
  });
});
