import { expect, it } from 'vitest';
import { plainName } from './engine-names.ts';

it.each([
  ['nginx', 'nginx:latest'],
  ['docker.io/library/nginx:1', 'nginx:1'],
  ['index.docker.io/itzg/minecraft-server', 'itzg/minecraft-server:latest'],
  ['localhost/game:1', 'localhost/game:1'],
  ['127.0.0.1:5000/game', '127.0.0.1:5000/game:latest'],
  ['docker.io/a/b@sha256:12', 'a/b@sha256:12'],
])('E15 the image %s is called %s', (image, name) => {
  expect(plainName(image)).toBe(name);
});
