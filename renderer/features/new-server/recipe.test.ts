import { describe, expect, test } from 'vitest';
import type { EggServer } from '../../../shared/http/eggs.ts';
import type { Egg, EggVariable } from '../../../shared/model/egg.ts';
import { newDraft, toRequest } from './draft.ts';
import { eggRecipe } from './eggs/egg-recipe.ts';
import { mistakesIn } from './mistakes.ts';
import { proposePorts } from './ports.ts';
import { anyImageRecipe } from './recipe.ts';

const variable = (key: string, more: Partial<EggVariable> = {}): EggVariable => ({
  name: key.toLowerCase(),
  description: '',
  key,
  default: '',
  viewable: true,
  editable: true,
  rules: [],
  checks: [],
  field: { kind: 'text' },
  secret: false,
  sort: null,
  ...more,
});
const variables = [
  variable('LEVEL', { default: '3', checks: [{ kind: 'number', whole: true }] }),
  variable('QUERY_PORT', {
    default: '27015',
    field: { kind: 'port' },
    checks: [{ kind: 'required' }, { kind: 'value', min: 1024, max: 65_535 }],
  }),
  variable('RCON_PORT', { field: { kind: 'port' } }),
];
const egg: Egg = {
  format: 'PTDL_v2',
  uuid: null,
  name: 'A Game',
  author: '',
  description: '',
  exported_at: null,
  update_url: null,
  tags: [],
  icon: null,
  images: [{ name: 'one', image: 'one:1', local: false }],
  startup: [{ name: 'Default', command: './run' }],
  stop: { kind: 'command', command: 'quit' },
  done: [],
  config_files: [],
  install: null,
  variables,
  features: [],
  file_denylist: [],
};
const plan: EggServer = {
  image: 'one:1',
  startup_command: './run',
  entrypoint: 'image',
  start_pattern: null,
  environment: { LEVEL: '3', QUERY_PORT: '27015', RCON_PORT: '' },
  stop: { command: 'quit', timeout: 120 },
  tty: true,
  user: 'image',
  install_script: 'fetch',
  installer: { image: 'installer:1', entrypoint: ['bash'], timeout: 7200 },
  config_files: [],
  egg: { name: 'A Game', uuid: null, sha256: '0'.repeat(64) },
  variables: variables.map((one) => ({ ...one, leave_out: false })),
};
const none = new Set<string>();
const noProblem = { taken: none, portProblem: () => null };
const recipe = eggRecipe('id', egg, { server: plan, eula: null });
const info = { pool: [], nameOf: (id: string) => id };

describe('E17 a licence that an egg asks for', () => {
  const eula = { label: 'I accept', url: 'https://example.org' };
  const asking = eggRecipe('id', egg, { server: plan, eula });
  const start = newDraft(asking, none);
  const drafted = { ...start, ports: proposePorts(start.ports, info) };

  test('is accepted with the request by who says so, and can wait', () => {
    expect(mistakesIn(drafted, asking, noProblem)).not.toHaveProperty('hasAgreed');
    expect(toRequest(drafted, asking, 'v')).not.toHaveProperty('accept_eula');
    const agreed = toRequest({ ...drafted, hasAgreed: true }, asking, 'v');
    expect(agreed.accept_eula).toBe(true);
    expect(agreed.environment).toEqual(toRequest(drafted, asking, 'v').environment);
  });
});

describe('an egg’s server', () => {
  const fresh = newDraft(recipe, none);
  const draft = { ...fresh, ports: proposePorts(fresh.ports, info) };

  test('has a port for itself and each that a variable tells, on both protocols with the same number inside', () => {
    expect(draft.ports.map(({ host }) => host)).toEqual([25_565, 27_015, null]);
    const numbers = [25_566, 30_000, null];
    const ports = draft.ports.map((port, at) => ({ ...port, host: numbers[at] ?? null }));
    const request = toRequest({ ...draft, ports }, recipe, 'v');
    const both = (port: number) => [
      { host_port: port, container_port: port, protocol: 'tcp' },
      { host_port: port, container_port: port, protocol: 'udp' },
    ];
    expect(request.ports).toEqual([...both(25_566), ...both(30_000)]);
    expect(request.environment).toEqual({ LEVEL: '3', QUERY_PORT: '30000', RCON_PORT: '' });
    expect(request).toMatchObject({
      entrypoint: 'image',
      installer: plan.installer,
      egg: plan.egg,
      variables: plan.variables,
      user: 'image',
    });
    expect(toRequest({ ...draft, install: '' }, recipe, 'v').installer).toBeNull();
  });

  test('is held to its rules, ports too, in the field’s words', () => {
    expect(mistakesIn(draft, recipe, noProblem)).toEqual({});
    const [main, query, rcon] = draft.ports;
    if (!main || !query || !rcon) throw new Error('three ports');
    const wrong = {
      ...draft,
      values: { ...draft.values, LEVEL: 'high' },
      ports: [main, { ...query, host: 80 }, { ...rcon, host: 25_565 }],
    };
    expect(mistakesIn(wrong, recipe, noProblem)).toEqual({
      'values.LEVEL': 'Must be a whole number.',
      'ports.1': 'Must be at least 1024.',
      'ports.2': 'This port is named above already.',
    });
    const empty = { ...draft, ports: [main, { ...query, host: null }, rcon] };
    expect(mistakesIn(empty, recipe, noProblem)).toEqual({ 'ports.1': 'Must be filled in.' });
  });
});

test('any image without a command is started its own way, as its own user; with one by a shell', () => {
  const draft = { ...newDraft(anyImageRecipe, none), name: 'x', image: 'nginx' };
  expect(toRequest(draft, anyImageRecipe, 'v')).toMatchObject({
    startup_command: '',
    entrypoint: 'image',
    user: 'image',
  });
  expect(mistakesIn(draft, anyImageRecipe, noProblem)).toEqual({});
  expect(toRequest({ ...draft, startup: 'sleep 1' }, anyImageRecipe, 'v')).toMatchObject({
    entrypoint: 'shell',
    user: null,
  });
});
