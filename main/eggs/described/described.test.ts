import { describe, expect, test } from 'vitest';
import { createContainerBody } from '../../../shared/http/container-body.ts';
import { shellWords } from '../shell-words.ts';
import { readCompose } from './compose.ts';
import { readDockerRun } from './docker-run.ts';

test.each<[string, string[] | null]>([
  ['a  "b c" \'d e\' f\\ g "h\\"i" j"k"\'l\'', ['a', 'b c', 'd e', 'f g', 'h"i', 'jkl']],
  ['a \\\n b \\\r\n c ""', ['a', 'b', 'c', '']],
  ['a "b', null],
  ['', []],
])('words of %j', (command, words) => expect(shellWords(command)).toEqual(words));

const line = String.raw`docker run -d -it --name=mc -p 25565:25565 -p 127.0.0.1:19132-19133:19132-19133/udp -e EULA=TRUE --env "MOTD=it's mine" \
  -v /srv/mc:/data -v cache:/cache -m 2g --cpus 1.5 --stop-timeout 60 --restart unless-stopped --label x=y itzg/minecraft-server:java21 --world "my world"`;

describe('E9 a docker run line', () => {
  test('becomes a server', () => {
    const found = readDockerRun(line);
    const server = found.server();
    expect(server).toEqual({
      image: 'itzg/minecraft-server:java21',
      name: 'mc',
      entrypoint: 'image',
      startup_command: "--world 'my world'",
      environment: { EULA: 'TRUE', MOTD: "it's mine" },
      ports: [
        { host_port: 25565, container_port: 25565, protocol: 'tcp' },
        { host_port: 19132, container_port: 19132, protocol: 'udp' },
        { host_port: 19133, container_port: 19133, protocol: 'udp' },
      ],
      limits: { memory: 2 * 1024 ** 3, cpu: 1.5 },
      data_path: '/data',
      stop: { signal: 'SIGTERM', timeout: 60 },
      user: null,
      read_only_root: false,
      tty: true,
    });
    expect(found.refused).toEqual([]);
    expect(found.notes).toHaveLength(4);
    const { ports: _ports, ...rest } = server;
    createContainerBody.parse({ ...rest, internal_id: 'x', volume_id: 'v' });
  });

  test('what is refused is named with the reason', () => {
    const { refused } = readDockerRun(
      'docker run --privileged --net host --device=/dev/x --cap-add ALL -v /var/run/docker.sock:/s x',
    );
    expect(refused).toHaveLength(5);
    expect(refused[0]).toBe('--privileged is not taken: it would have the whole machine');
  });

  test.each(['ls', 'docker ps', 'docker run "x'])('%j is none', (text) =>
    expect(() => readDockerRun(text)).toThrow("This can't be made a server"),
  );
});

describe('E9 a compose service', () => {
  const file = `services:
  mc:
    image: itzg/minecraft-server
    environment:
      EULA: "TRUE"
      VIEW: 10
    ports: ["25565:25565", {target: 19132, published: 19132, protocol: udp}]
    volumes: [./data:/data]
    stop_grace_period: 1m30s
    deploy: {resources: {limits: {memory: 4G, cpus: "2"}}}
    command: [--world, my world]
    stdin_open: true
    privileged: false
    healthcheck: {disable: true}
`;
  test('becomes a server', () => {
    const found = readCompose(file, undefined);
    expect(found.server()).toMatchObject({
      image: 'itzg/minecraft-server',
      name: 'mc',
      startup_command: "--world 'my world'",
      environment: { EULA: 'TRUE', VIEW: '10' },
      ports: [{ host_port: 25565 }, { host_port: 19132, protocol: 'udp' }],
      limits: { memory: 4 * 1024 ** 3, cpu: 2 },
      data_path: '/data',
      stop: { timeout: 90 },
    });
    expect([found.refused.length, found.notes.length]).toEqual([0, 2]);
  });

  test('build, host network and devices are refused, of several one is chosen', () => {
    const two = 'services:\n  a: {build: ., network_mode: host, devices: [/dev/x]}\n  b: {image: b}\n';
    expect(() => readCompose(two, undefined)).toThrow('several services (“a”, “b”); say which one');
    expect(readCompose(two, 'a').refused).toHaveLength(3);
    expect(readCompose(two, 'b').image).toBe('b');
    expect(() => readCompose(two, 'c')).toThrow('no service “c”');
  });
});
