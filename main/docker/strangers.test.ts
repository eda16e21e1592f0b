import { expect, test } from 'vitest';
import { stranger } from './strangers.ts';

function inspected(config: object = {}, host: object = {}, ports: object | null = null): unknown {
  return {
    Id: 'abc',
    Name: '/web',
    State: {
      Status: 'running',
      Running: true,
      ExitCode: 0,
      Pid: 5,
      StartedAt: '2026-01-01T00:00:00Z',
      FinishedAt: '0001-01-01T00:00:00Z',
    },
    Config: { Image: 'nginx:1', Tty: false, Labels: null, ...config },
    HostConfig: { ...host },
    ...(ports === null ? {} : { NetworkSettings: { Ports: ports } }),
  };
}

test('A40 a container of somebody else, as it was made', () => {
  const ports = {
    '80/tcp': [
      { HostIp: '0.0.0.0', HostPort: '8080' },
      { HostIp: '::', HostPort: '8080' },
    ],
    '53/udp': [{ HostIp: '127.0.0.1', HostPort: '5353' }],
    '99/sctp': [{ HostIp: '', HostPort: '99' }],
    '81/tcp': null,
  };
  const config = { OpenStdin: true, StopSignal: 'SIGQUIT', StopTimeout: 90 };
  const host = { Memory: 2 ** 30, NanoCpus: 1.5e9, RestartPolicy: { Name: 'always' }, AutoRemove: true };
  expect(stranger(inspected(config, host, ports))).toEqual({
    id: 'abc',
    name: 'web',
    running: true,
    tty: false,
    startedAt: Date.parse('2026-01-01T00:00:00Z'),
    image: 'nginx:1',
    takesInput: true,
    endsInput: false,
    ports: [
      { ip: '0.0.0.0', host_port: 8080, container_port: 80, protocol: 'tcp' },
      { ip: '127.0.0.1', host_port: 5353, container_port: 53, protocol: 'udp' },
    ],
    memory: 2 ** 30,
    cpu: 1.5,
    stop: { signal: 'SIGQUIT', timeout: 90 },
    restartPolicy: 'always',
    removesItself: true,
  });
});

test.each([
  [{}, false, false],
  [{ OpenStdin: true }, true, false],
  // As `docker run -i` in a terminal makes it: whoever leaves first ends the program's input.
  [{ OpenStdin: true, StdinOnce: true }, false, true],
])('A40 what can be typed into %j', (config, takesInput, endsInput) => {
  expect(stranger(inspected(config))).toMatchObject({ takesInput, endsInput });
});

test('A40 bare, odd and of a Lightdeck', () => {
  expect(stranger(inspected({ StopSignal: '15' }, { Memory: 0, RestartPolicy: { Name: '' } }))).toMatchObject(
    {
      memory: null,
      cpu: null,
      stop: { signal: 'SIGTERM', timeout: 10 },
      restartPolicy: null,
    },
  );
  expect(stranger(inspected({ Labels: { 'lightdeck.host': 'h', 'lightdeck.id': 'x' } }))).toBeNull();
  expect(() => stranger({})).toThrow();
});
