import { describe, expect, test } from 'vitest';
import { createContainerBody } from '../../shared/http/container-body.ts';
import type { EggDone } from '../../shared/model/egg.ts';
import { createReadyMatcher } from '../console/ready-matcher.ts';
import { eggText } from './an-egg.test-helper.ts';
import { parseEgg } from './parse-egg.ts';
import { planServer } from './plan.ts';
import { startPatternOf } from './start-pattern.ts';

const { egg } = parseEgg(
  eggText({
    docker_images: { One: 'a:1', Two: 'b:2' },
    startup: 'run {{SERVER_MEMORY}}',
    variables: [{ name: 'N', env_variable: 'N', default_value: '5', rules: 'required|integer|max:9' }],
  }),
);
const plan = (more: object = {}) =>
  planServer(egg, 'a'.repeat(64), { values: new Map(), install: true, ...more });

test('E7: a plan is what a create request takes, with an id and a volume', () => {
  const { server, problems, notes } = plan();
  const body = createContainerBody.parse({ ...server, internal_id: 'x', volume_id: 'v' });
  expect(body).toMatchObject({
    entrypoint: 'image',
    environment: { N: '5' },
    installer: { image: 'example/installer:1', timeout: 7200 },
  });
  expect(problems).toEqual({});
  expect(notes).toEqual(['It is told how much memory it has: give the server a memory limit.']);
});

test('E7: what is chosen: values, another image, no install', () => {
  const { server, problems } = plan({ values: new Map([['N', '10']]), image: 'b:2', install: false });
  expect(problems).toEqual({ N: 'must be at most 9' });
  expect(server).toMatchObject({
    image: 'b:2',
    install_script: null,
    installer: null,
    environment: { N: '10' },
  });
  expect(() => plan({ image: 'c' })).toThrow('this egg has no image “c”');
  expect(() => plan({ startup: 'Other' })).toThrow('this egg has no start command “Other”');
});

describe('E2: lines that say that it is ready', () => {
  const text = (of: string): EggDone => ({ kind: 'text', text: of });
  test.each<[EggDone[], string, string]>([
    [[text(')! For help, type ')], 'Done (1.0s)! For help, type "help"', 'Done (1.0s)! For help'],
    [
      [text("[Session] 'HostOnline' (up)!")],
      "x [Session] 'HostOnline' (up)! y",
      "[Session] 'HostOnline' up!",
    ],
    [[text(' Server for gameid')], 'main: Server for gameid="m"', 'Server for gameid'],
    [[text('one.'), text('two')], 'two', 'onex'],
    [[{ kind: 'pattern', text: 'a|b' }, text('c')], 'b', 'd'],
  ])('%j', (done, line, other) => {
    const { pattern } = startPatternOf(done);
    const found = (said: string) => createReadyMatcher(pattern ?? '').push(Buffer.from(`${said}\n`));
    expect([found(line), found(other)]).toEqual([true, false]);
  });

  test('none, and too long ones', () => {
    expect(startPatternOf([])).toEqual({ pattern: null, left: 0 });
    expect(startPatternOf([text(`${'a'.repeat(600)}(`), text(`${'b'.repeat(600)}(`)])).toMatchObject({
      left: 1,
    });
  });
});
