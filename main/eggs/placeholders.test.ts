import { expect, test } from 'vitest';
import { eggText } from './an-egg.test-helper.ts';
import { environmentOf, valuesInForce } from './environment.ts';
import { parseEgg } from './parse-egg.ts';
import { fillReplacements, previewStartup } from './placeholders.ts';

const variable = (env_variable: string, default_value: unknown, rules = '') => ({
  name: env_variable,
  env_variable,
  default_value,
  rules,
});
const facts = { uuid: 'u-1', name: 'My “server”', memory: 1024, port: 25565, timeZone: 'Europe/Berlin' };
const { egg } = parseEgg(
  eggText({
    variables: [
      variable('NAME', "a'b|c;$(x)"),
      variable('api_key', 'k'),
      variable('EMPTY', null),
      variable('N', 5, 'required|integer|max:9'),
    ],
  }),
);

test('E6: the environment: values in force, empty ones too, small letters in both spellings', () => {
  const { values, problems } = valuesInForce(egg, new Map([['N', '7']]));
  expect(problems.size).toBe(0);
  expect(environmentOf(values, 'run {{NAME}}', facts)).toEqual({
    TZ: 'Europe/Berlin',
    STARTUP: 'run {{NAME}}',
    SERVER_MEMORY: '1024',
    SERVER_IP: '0.0.0.0',
    SERVER_PORT: '25565',
    NAME: "a'b|c;$(x)",
    api_key: 'k',
    API_KEY: 'k',
    EMPTY: '',
    N: '7',
    P_SERVER_UUID: 'u-1',
  });
});

test('E3: values against the rules, and names the egg does not have', () => {
  const { problems } = valuesInForce(
    egg,
    new Map([
      ['N', '10'],
      ['X', '1'],
    ]),
  );
  expect([...problems]).toEqual([
    ['N', 'must be at most 9'],
    ['X', 'is no variable of this egg'],
  ]);
});

test.each([
  ['{{server.build.default.port}}/{{server.allocations.default.port}}', '25565/25565'],
  ['{{server.build.env.NAME}} {{server.environment.NAME}} {{env.NAME}}', "a'b|c;$(x) a'b|c;$(x) a'b|c;$(x)"],
  ['{{server.build.default.ip}} {{server.build.memory}}', '0.0.0.0 1024'],
  ['{{server.uuid}} {{server.meta.name}}', 'u-1 My “server”'],
  ['{{config.docker.interface}}$2', '172.18.0.1$2'],
  ['{{server.build.env.NOBODY}}|{{env.__proto__}}|{{env.toString}}', '||'],
  ['{{QUERY_PORT}} {{ env.NAME }} {{config.other}}', '{{QUERY_PORT}} {{ env.NAME }} {{config.other}}'],
])('E6: %s in a file', (value, expected) => {
  const { values } = valuesInForce(egg, new Map());
  const environment = environmentOf(values, 'x', facts);
  const filled = fillReplacements([{ match: 'a', value, when: [{ equals: 'x', pattern: false, value }] }], {
    environment,
    uuid: facts.uuid,
    name: facts.name,
    gateway: '172.18.0.1',
  });
  expect(filled).toEqual([
    { match: 'a', value: expected, when: [{ equals: 'x', pattern: false, value: expected }] },
  ]);
});

test('E6: a start command to look at', () => {
  expect(previewStartup('run {{SERVER_PORT}} {{NOBODY}} {{toString}}$X', { SERVER_PORT: '1' })).toBe(
    'run 1  $X',
  );
});

test('E2: names in the start command that nothing sets have a note', () => {
  const { notes } = parseEgg(
    eggText({
      startup: '{{SERVER_PORT}} {{api_key}} {{CLIENT_MODS}}',
      variables: [variable('api_key', 'x')],
    }),
  );
  expect(notes).toEqual([
    { kind: 'unknown name', text: 'Nothing sets {{CLIENT_MODS}} of the start command; it comes out empty.' },
  ]);
});
