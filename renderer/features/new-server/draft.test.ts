import { describe, expect, test } from 'vitest';
import type { PortView } from '../../../shared/http/ports.ts';
import { type Template, templateSchema } from '../../../shared/templates/template.ts';
import { type Draft, freeId, newDraft, toRequest } from './draft.ts';
import { DraftStorage } from './draft-storage.ts';
import { mistakesIn } from './mistakes.ts';
import { poolAddress, portProblem, proposeAnother, proposePorts } from './ports.ts';
import { anyImageRecipe, templateRecipe } from './recipe.ts';

const none = new Set<string>();
const noProblem = { taken: none, portProblem: () => null };
const template: Template = templateSchema.parse({
  name: 'A Game',
  summary: 'x',
  group: 'Building',
  image: 'a/game',
  docs: 'https://example.org',
  data_path: '/data',
  startup: ['run "$WORLD"'],
  ready: 'Done',
  stop: { command: 'stop', timeout: 60 },
  ports: [
    { name: 'Game', container: 7777, protocol: 'udp' },
    { name: 'Query', container: 7777, protocol: 'tcp' },
  ],
  environment: { FIXED: '1' },
  variables: [
    { name: 'WORLD', label: 'World', help: '', type: 'text', default: '' },
    { name: 'PASSWORD', label: 'Password', help: '', type: 'secret', default: '', min: 5 },
    { name: 'PLAYERS', label: 'Players', help: '', type: 'number', default: '8', min: 1, max: 16 },
  ],
  eula: { label: 'I agree', url: 'https://example.org', variable: 'EULA', value: 'TRUE' },
  memory: { minimum: 512, recommended: 1024 },
  disk: 2048,
});
const recipe = templateRecipe(template, 'a-game');
const good = (): Draft => ({ ...newDraft(recipe, none), hasAgreed: true });
const entry = (port: number, protocol: 'tcp' | 'udp', more: Partial<PortView> = {}): PortView => ({
  ip: '0.0.0.0',
  port,
  protocol,
  in_use: false,
  used_by: null,
  reserved: false,
  held_by: null,
  ...more,
});

describe('an id from a name', () => {
  test.each([
    ['Minecraft: Java Edition', 'minecraft-java-edition'],
    ['Überwelt', 'uberwelt'],
    ['  ', 'server'],
    ['日本', 'server'],
    ['x'.repeat(200), 'x'.repeat(56)],
  ])('%s', (name, id) => {
    expect(freeId(name, none)).toBe(id);
  });

  test('counts on where it is taken', () => {
    expect(freeId('a', new Set(['a', 'a-2']))).toBe('a-3');
  });
});

describe('a draft', () => {
  test('becomes the request: sizes in bytes, what is empty left out unless a command names it', () => {
    expect(toRequest(good(), recipe, 'v')).toEqual({
      internal_id: 'a-game',
      name: 'A Game',
      image: 'a/game',
      volume_id: 'v',
      startup_command: 'run "$WORLD"',
      entrypoint: 'shell',
      installer: null,
      template: 'a-game',
      variables: recipe.variables,
      start_pattern: 'Done',
      stop: { command: 'stop', timeout: 60 },
      install_script: '',
      data_path: '/data',
      time_zone: null,
      volume_owner: null,
      user: null,
      freeze: null,
      players: null,
      console: null,
      read_only_root: false,
      tty: true,
      auto_start: false,
      restart_policy: 'on-failure',
      ports: [
        { container_port: 7777, host_port: 7777, protocol: 'udp' },
        { container_port: 7777, host_port: 7777, protocol: 'tcp' },
      ],
      limits: { memory: 1024 * 1024 * 1024, cpu: null },
      environment: { FIXED: '1', WORLD: '', PLAYERS: '8', EULA: 'TRUE' },
    });
    expect(recipe.variables.map(({ key, leave_out, secret }) => [key, leave_out, secret])).toEqual([
      ['WORLD', false, false],
      ['PASSWORD', true, true],
      ['PLAYERS', true, false],
    ]);
    expect(mistakesIn(good(), recipe, noProblem)).toEqual({});
    expect(newDraft(templateRecipe({ ...template, user: 'image' }, 'x'), none).user).toBe('image');
    const freeze = { before: ['hold'], wait_for: 'held', ask: null, timeout: 5, after: ['go on'] };
    expect(toRequest(good(), templateRecipe({ ...template, freeze }, 'x'), 'v').freeze).toEqual(freeze);
    const told = { timeZone: 'Asia/Tokyo', owner: 'games:games', user: 'image' as const, readOnlyRoot: true };
    expect(toRequest({ ...good(), ...told }, recipe, 'v')).toMatchObject({
      time_zone: 'Asia/Tokyo',
      volume_owner: 'games:games',
      user: 'image',
      read_only_root: true,
    });
  });

  test.each<[string, Partial<Draft>]>([
    ['name', { name: ' ' }],
    ['id', { id: 'a b' }],
    ['image', { image: '' }],
    ['startup', { startup: '' }],
    ['stop', { stop: '' }],
    ['stopSeconds', { stopSeconds: null }],
    ['memory', { memory: 1 }],
    ['disk', { disk: null }],
    ['dataPath', { dataPath: 'data' }],
    ['timeZone', { timeZone: 'berlin' }],
    ['owner', { owner: 'a b' }],
    ['hasAgreed', { hasAgreed: false }],
    ['values.PASSWORD', { values: { PASSWORD: 'abcd' } }],
    ['values.PLAYERS', { values: { PLAYERS: '17' } }],
    ['ports.0', { ports: [{ name: '', container: 1, host: null, protocol: 'tcp' }] }],
    ['ports.0', { ports: [{ name: '', container: 1, host: 70_000, protocol: 'tcp' }] }],
  ])('says at %s what is wrong', (field, changes) => {
    const found = mistakesIn({ ...good(), ...changes }, recipe, noProblem);
    expect(Object.keys(found)).toContain(field);
  });

  test('variables of any name are in the request; what is wrong with one is said at its row', () => {
    const rows = ['MODE', 'MODE', ''].map((name, key) => ({ key, name, value: `v${key}` }));
    const [mode] = rows;
    const draft = { ...newDraft(anyImageRecipe, none), name: 'x', image: 'i', startup: 's' };
    expect(toRequest({ ...draft, environment: mode ? [mode] : [] }, anyImageRecipe, 'v').environment).toEqual(
      {
        MODE: 'v0',
      },
    );
    const found = mistakesIn({ ...draft, environment: rows }, anyImageRecipe, noProblem);
    expect(Object.keys(found)).toEqual(['environment.2', 'environment.1']);
    const long = [{ key: 0, name: 'LONG', value: 'x'.repeat(40_000) }];
    expect(Object.keys(mistakesIn({ ...draft, environment: long }, anyImageRecipe, noProblem))).toEqual([
      'environment.0',
    ]);
  });

  test('an id that is taken is told by its name', () => {
    const found = mistakesIn(good(), recipe, { ...noProblem, taken: new Set(['a-game']) });
    expect(found).toEqual({ id: 'Another server has the id a-game.' });
  });
});

describe('ports', () => {
  const nameOf = (id: string): string => `“${id}”`;

  test('the game’s own numbers if they are free, else the next, both protocols together', () => {
    const { ports } = newDraft(recipe, none);
    expect(proposePorts(ports, { pool: [], nameOf }).map(({ host }) => host)).toEqual([7777, 7777]);
    const pool = [
      entry(7777, 'tcp', { in_use: true, used_by: 'b' }),
      entry(7778, 'udp', { in_use: true, held_by: 'nginx' }),
    ];
    expect(proposePorts(ports, { pool, nameOf }).map(({ host }) => host)).toEqual([7779, 7779]);
  });

  test('a taken one says by what', () => {
    const port = { name: '', container: 1, host: 5, protocol: 'tcp' as const };
    const by = (more: Partial<PortView>) =>
      portProblem(port, { pool: [entry(5, 'tcp', { in_use: true, ...more })], nameOf });
    expect(by({ used_by: 'b' })).toContain('the server “b”');
    expect(by({ held_by: 'nginx (process 12)' })).toContain('nginx (process 12)');
    expect(by({ reserved: true })).toContain('a reservation');
    expect(portProblem(port, { pool: [entry(5, 'udp', { in_use: true })], nameOf })).toBeNull();
    expect(portProblem(port, { pool: null, nameOf })).toBeNull();
  });

  test('one more is the next that nobody has; where the pool has a number, its address counts', () => {
    const pool = [entry(25_565, 'tcp', { in_use: true }), entry(25_566, 'tcp', { ip: '192.0.2.1' })];
    const info = { pool, nameOf };
    const another = proposeAnother([], info);
    expect(another.host).toBe(25_566);
    expect(proposeAnother([another], info).host).toBe(25_567);
    expect(poolAddress(another, info)).toBe('192.0.2.1');
    expect(poolAddress({ ...another, host: 7 }, info)).toBe('0.0.0.0');
  });
});

describe('a kept draft', () => {
  const memory = () => {
    const items = new Map<string, string>();
    return {
      items,
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => void items.set(key, value),
      removeItem: (key: string) => void items.delete(key),
    };
  };

  test('comes back as it was, without its passwords, until it is forgotten', () => {
    const place = memory();
    const keeper = new DraftStorage(recipe, place);
    const draft = {
      ...good(),
      memory: 768,
      values: { WORLD: 'Ours', PASSWORD: 'very secret', PLAYERS: '3' },
      environment: [
        { key: 0, name: 'MODE', value: 'hard' },
        { key: 1, name: 'RCON_PASSWORD', value: 'very secret' },
      ],
    };
    keeper.write(draft);
    expect([...place.items.values()].join()).not.toContain('very secret');
    expect(keeper.read(good())).toEqual({
      ...draft,
      values: { ...draft.values, PASSWORD: '' },
      environment: [draft.environment[0], { key: 1, name: 'RCON_PASSWORD', value: '' }],
    });
    expect(new DraftStorage(anyImageRecipe, place).read(good())).toBeNull();
    keeper.forget();
    expect(keeper.read(good())).toBeNull();
  });

  test('is dropped when it is damaged, when the game has other ports by now, and when nothing can be kept', () => {
    const place = memory();
    new DraftStorage(recipe, place).write({ ...good(), ports: [] });
    expect(new DraftStorage(recipe, place).read(good())).toBeNull();
    for (const key of place.items.keys()) place.items.set(key, '{"name":');
    expect(new DraftStorage(recipe, place).read(good())).toBeNull();
    const forbidden = (): never => {
      throw new Error('SecurityError');
    };
    const closed = new DraftStorage(recipe, {
      getItem: forbidden,
      setItem: forbidden,
      removeItem: forbidden,
    });
    closed.write(good());
    expect(closed.read(good())).toBeNull();
  });
});
