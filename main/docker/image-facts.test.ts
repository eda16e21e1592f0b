import { expect, it } from 'vitest';
import { imageFacts } from './image-facts.ts';

it('F2 G10 an image says who it runs as, its variables and its volumes; what is empty is left out by engines', () => {
  const Config = {
    User: 'steam',
    Env: ['PATH=/bin', 'A=b=c', 'EMPTY='],
    Volumes: { '/data': {}, '/config': {} },
    ExposedPorts: { '8080/tcp': {}, '53/udp': {}, '53/tcp': {}, '9/sctp': {}, '70000/tcp': {} },
    WorkingDir: '/srv',
    StopSignal: 'QUIT',
    Healthcheck: { Test: ['CMD', 'true'] },
  };
  expect(imageFacts({ Id: 'sha256:1', Config }, 'game:1')).toEqual({
    id: 'sha256:1',
    digest: null,
    digests: [],
    size: 0,
    user: 'steam',
    environment: { PATH: '/bin', A: 'b=c', EMPTY: '' },
    volumes: ['/config', '/data'],
    ports: [
      { port: 53, protocol: 'tcp' },
      { port: 53, protocol: 'udp' },
      { port: 8080, protocol: 'tcp' },
    ],
    workingDir: '/srv',
    stopSignal: 'SIGQUIT',
    hasHealthCheck: true,
  });
  const none = {
    id: 'sha256:1',
    digest: null,
    digests: [],
    size: 0,
    user: '',
    environment: {},
    volumes: [],
    ports: [],
    workingDir: '',
    stopSignal: null,
    hasHealthCheck: false,
  };
  for (const answer of [{}, { Config: null }, { Config: { User: '', Env: null, Volumes: null } }])
    expect(imageFacts({ Id: 'sha256:1', RepoDigests: null, ...answer }, 'game')).toEqual(none);
});

it.each([
  ['game', [], null],
  ['game:latest', ['other/game@sha256:1', 'game@sha256:2'], 'game@sha256:2'],
  [
    'registry.example:5000/game',
    ['registry.example:5000/game@sha256:3'],
    'registry.example:5000/game@sha256:3',
  ],
  ['docker.io/library/game:1', ['game@sha256:4'], 'game@sha256:4'],
  ['game@sha256:5', ['game@sha256:5'], 'game@sha256:5'],
])('B21 %s has the digest that its registry knows (%j)', (image, RepoDigests, digest) => {
  expect(imageFacts({ Id: 'abc', RepoDigests }, image)).toMatchObject({ id: 'sha256:abc', digest });
});
