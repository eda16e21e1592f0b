import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { eggText } from '../../main/eggs/an-egg.test-helper.ts';
// The host loads it when a file is first set, which no clock that stands still waits for.
import '../../main/eggs/edit-config.ts';
import { parseEgg } from '../../main/eggs/parse-egg.ts';
import { planServer } from '../../main/eggs/plan.ts';
import { scriptWords } from '../../main/servers/container/long-script.ts';
import { ending, untilSignal } from '../support/fake-process.ts';
import { type Heart, openHeart } from '../support/heart.ts';

const game = 'example/one:1';
const installer = 'example/installer:1';
const script = 'echo hello\n';

const variable = (env_variable: string, default_value: string) => ({
  name: env_variable,
  env_variable,
  default_value,
  rules: 'required',
});
const text = eggText({
  startup: 'game --port {{SERVER_PORT}} --name {{NAME}}',
  config: {
    files: JSON.stringify({
      'conf/server.properties': {
        parser: 'properties',
        find: { 'server-port': '{{server.build.default.port}}', motd: '{{env.NAME}}' },
      },
      'broken.json': { parser: 'json', find: { a: '1' } },
    }),
    startup: '{"done": "Ready (1.0s)! [up]"}',
    logs: '{}',
    stop: '^C',
  },
  variables: [variable('NAME', "it's | mine"), variable('SIZE', '5')],
});

/** As a client does it: the egg's plan with an id, a volume, a port. */
function planned(heart: Heart, values: Record<string, string> = {}) {
  const { server, problems } = planServer(parseEgg(text).egg, 'a'.repeat(64), {
    values: new Map(Object.entries(values)),
    install: true,
  });
  expect(problems).toEqual({});
  return {
    ...server,
    ports: [{ ip: '0.0.0.0', host_port: 25570, container_port: 25570, protocol: 'tcp' as const }],
    limits: { memory: 1150 * 1024 * 1024, cpu: null },
    volume_id: heart.host.volume(),
  };
}

async function heartWithImages(): Promise<Heart> {
  const heart = await openHeart();
  heart.engine.images.publish(game, { user: 'container' });
  heart.engine.images.publish(installer);
  return heart;
}

it('E7 an egg is installed by its installer, and its server is started by the image, with the files set', async () => {
  const heart = await heartWithImages();
  const steps: string[] = [];
  heart.engine.program(script, ({ spec, print }) => {
    steps.push('script');
    expect(spec).toMatchObject({
      image: installer,
      user: '0',
      program: ['bash', '-c', script],
      installAt: '/mnt/server',
      role: 'install',
      tty: false,
      ports: [],
    });
    expect(spec.environment).toMatchObject({
      NAME: "it's | mine",
      SIZE: '7',
      SERVER_PORT: '25570',
      SERVER_IP: '0.0.0.0',
    });
    print('made\n');
    return 0;
  });
  heart.engine.program('exec chown -R "$LIGHTDECK_OWNER" .', ({ spec }) => {
    steps.push(`chown ${spec.environment.LIGHTDECK_OWNER} in ${spec.image}`);
    return 0;
  });
  const plan = planned(heart, { SIZE: '7' });
  const folder = heart.host.volumes.get(plan.volume_id)?.path ?? '';
  heart.engine.program(plan.startup_command, ({ spec, print, onSignal, exit }) => {
    expect(spec.program).toBeNull();
    expect(spec.environment).toMatchObject({
      STARTUP: plan.startup_command,
      SERVER_MEMORY: '1000',
      NAME: "it's | mine",
    });
    print(readFileSync(join(folder, 'conf/server.properties'), 'utf8'));
    print('Ready (1.0s)! [up]\n');
    onSignal('SIGINT', () => {
      print('saved\n');
      exit(0);
    });
    return untilSignal();
  });
  await heart.create(plan);
  expect(steps).toEqual(['script', 'chown container in example/one:1']);
  writeFileSync(join(folder, 'broken.json'), '{');
  const client = heart.client();
  heart.power('start');
  await heart.reach('running');
  expect(await heart.history()).toContain("server-port=25570\nmotd=it's | mine\n");
  const told = client.messages.join('\n');
  expect(told).toContain('conf/server.properties: set server-port, motd');
  expect(told).toMatch(/Warning: broken\.json could not be set up for this start: .*\(line 1, column 2\)/);
  heart.power('stop');
  await heart.reach('exit');
  expect(await heart.history()).toContain('saved\n');
  const before = client.messages.length;
  heart.power('start');
  await heart.reach('running');
  expect(client.messages.slice(before).join('\n')).not.toContain('conf/server.properties');
});

it('E7 a script of an egg that ends badly is told, and the server is installed', async () => {
  const heart = await heartWithImages();
  heart.engine.program(script, ending(10, 'no files'));
  heart.engine.program('exec chown -R "$LIGHTDECK_OWNER" .', ending(0));
  const client = heart.client();
  await heart.create(planned(heart));
  expect(client.messages.join('\n')).toContain('Warning: the install script ended with exit code 10');
  expect(client.messages.join('\n')).toContain(
    `Running the install script in ${installer}, for 120 minutes at most`,
  );
  expect(heart.engine.find('lightd-s1-install')).toBeNull();
});

it('E7 an installer that is not to be had fails the install in words', async () => {
  const heart = await openHeart();
  heart.engine.images.publish(game);
  heart.host.servers.create(heart.definition('s1', planned(heart)));
  await heart.reach('failed');
  expect(heart.host.servers.get('s1')?.install_error).toContain(`the image ${installer} can't be downloaded`);
});

it('E6 {{config.docker.interface}} is the gateway of the server’s own network, asked for where a file needs it alone', async () => {
  const heart = await heartWithImages();
  heart.engine.program(script, ending(0));
  heart.engine.program('exec chown -R "$LIGHTDECK_OWNER" .', ending(0));
  const plan = planned(heart);
  const find = (value: string) => [{ match: 'a', value, when: [] }];
  const file = { path: 'a.properties', parser: 'properties' as const, create: true };
  const config_files = [{ ...file, find: find('{{config.docker.interface}}') }];
  const folder = heart.host.volumes.get(plan.volume_id)?.path ?? '';
  heart.engine.program(plan.startup_command, ({ print }) => {
    print('Ready (1.0s)! [up]\n');
    return untilSignal();
  });
  await heart.create({ ...plan, config_files });
  heart.power('start');
  await heart.reach('running');
  expect(readFileSync(join(folder, 'a.properties'), 'utf8')).toBe('a=10.213.0.1\n');
  expect(heart.engine.book.count('gateway')).toBe(1);
  heart.power('kill');
  await heart.reach('exit');
  heart.host.servers.change('s1', { config_files: [{ ...file, find: find('b') }] });
  heart.power('start');
  await heart.reach('running');
  expect(readFileSync(join(folder, 'a.properties'), 'utf8')).toBe('a=b\n');
  expect(heart.engine.book.count('gateway')).toBe(1);
});

it('E7 a script that is too long for one argument reaches its installer whole', async () => {
  const heart = await heartWithImages();
  const long = `echo ${'x'.repeat(200_000)}\n`;
  const definition = { ...planned(heart), install_script: long };
  let words: string[] = [];
  const loader = scriptWords(long)[0];
  heart.engine.program(loader, ({ spec }) => {
    words = spec.program ?? [];
    return 0;
  });
  heart.engine.program('exec chown -R "$LIGHTDECK_OWNER" .', ending(0));
  await heart.create(definition);
  expect(words.slice(4).join('')).toBe(long);
  expect(words.slice(0, 2)).toEqual(['bash', '-c']);
});
