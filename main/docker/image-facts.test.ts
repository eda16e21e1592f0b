import { expect, it } from 'vitest';
import { imageFacts, localImages } from './image-facts.ts';

it('F2 G10 an image says who it runs as, its variables and its volumes; what is empty is left out by engines', () => {
  const Config = {
    User: 'steam',
    Env: ['PATH=/bin', 'A=b=c', 'EMPTY='],
    Volumes: { '/data': {}, '/config': {} },
    ExposedPorts: { '8080/tcp': {}, '53/udp': {}, '53/tcp': {}, '9/sctp': {}, '70000/tcp': {} },
    WorkingDir: '/srv',
    StopSignal: 'QUIT',
    Healthcheck: { Test: ['CMD', 'wget', '-q', "it's me"] },
    Entrypoint: ['/entry'],
    Cmd: ['serve', '-f'],
  };
  expect(imageFacts({ Id: 'sha256:1', Created: '2026-11-30T10:00:00.5Z', Config }, 'game:1')).toEqual({
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
    healthCheck: "wget -q 'it'\\''s me'",
    entrypoint: ['/entry'],
    command: ['serve', '-f'],
    createdAt: Date.UTC(2026, 10, 30, 10, 0, 0, 500),
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
    healthCheck: null,
    entrypoint: [],
    command: [],
    createdAt: null,
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

it.each([
  [undefined, null],
  [[], null],
  [['NONE'], null],
  [['CMD-SHELL', 'curl -f localhost || exit 1'], 'curl -f localhost || exit 1'],
  [['CMD', 'mc-health'], 'mc-health'],
])('E13 a health check %j is told as %j', (Test, told) => {
  expect(imageFacts({ Id: 'a', Config: { Healthcheck: { Test } } }, 'game').healthCheck).toBe(told);
});

it('E15 images are listed by what people call them, the newest first; one that lost its name has none', () => {
  const listed = [
    { Id: 'sha256:1', RepoTags: ['<none>:<none>'], RepoDigests: ['<none>@<none>'], Created: 10, Size: 5 },
    { Id: '2', RepoTags: ['docker.io/library/nginx:1', 'a:2'], RepoDigests: ['nginx@sha256:9'], Created: 20 },
    { Id: 'sha256:3', RepoTags: null, RepoDigests: null, Created: 0 },
  ];
  expect(localImages(listed)).toEqual([
    { id: 'sha256:2', names: ['a:2', 'nginx:1'], digests: ['nginx@sha256:9'], createdAt: 20_000, size: 0 },
    { id: 'sha256:1', names: [], digests: [], createdAt: 10_000, size: 5 },
    { id: 'sha256:3', names: [], digests: [], createdAt: null, size: 0 },
  ]);
});
