import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { templateSchema } from '../templates/template.ts';
import { gameIds, gameOf, serverGameSchema } from './game.ts';

const plain = {
  image: 'debian:12',
  environment: {},
  egg: null,
  install_script: null,
  startup_command: './run',
};

test('a server is called by its game, its kind and its version, not by its image', () => {
  const minecraft = {
    ...plain,
    image: 'itzg/minecraft-server',
    environment: { TYPE: 'PAPER', VERSION: '1.21.4' },
  };
  expect(gameOf(minecraft)).toEqual({ id: 'minecraft-java', title: 'Minecraft · Paper 1.21.4' });
  expect(gameOf({ ...minecraft, environment: { TYPE: 'NEOFORGE', VERSION: 'LATEST' } }).title).toBe(
    'Minecraft · NeoForge latest',
  );
  expect(gameOf({ ...plain, image: 'ghcr.io/pterodactyl/yolks:java_21', egg: { name: 'Paper' } }).title).toBe(
    'Minecraft · Paper',
  );
  expect(
    gameOf({ ...plain, image: 'cm2network/steamcmd', install_script: '+app_update 896660 validate' }),
  ).toEqual({
    id: 'valheim',
    title: 'Valheim',
  });
  expect(gameOf({ ...plain, template: 'rust' })).toEqual({ id: 'rust', title: 'Rust' });
  expect(gameOf({ ...plain, image: 'localhost:5000/a/nginx:1.27@sha256:abc' })).toEqual({
    id: null,
    title: 'nginx',
  });
  expect(gameOf({ ...plain, egg: { name: 'Something new' } })).toEqual({ id: null, title: 'Something new' });
});

test('a long or strange version stays short', () => {
  const { title } = gameOf({
    ...plain,
    template: 'factorio',
    environment: { VERSION: `${'9'.repeat(500)}` },
  });
  expect(title.length).toBeLessThan(64);
});

test('each template is the game that it is, by its image and its scripts alone', () => {
  const folder = new URL('../templates/games/', import.meta.url);
  const files = readdirSync(folder);
  expect(files.map((file) => file.replace('.json', '')).sort()).toEqual(gameIds.toSorted());
  for (const file of files) {
    const template = templateSchema.parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
    const found = gameOf({
      ...plain,
      image: template.image,
      startup_command: template.startup.join('\n'),
      install_script: template.install?.join('\n') ?? null,
    }).id;
    const name = file.replace('.json', '');
    // Its image is that of any other Minecraft: only the template tells.
    expect(found).toBe(name === 'minecraft-modpack' ? 'minecraft-java' : name);
    expect(gameOf({ ...plain, template: name }).id).toBe(name);
  }
});

test('a game of a newer host is none that is known here', () => {
  expect(serverGameSchema.parse({ id: 'chess', title: 'Chess' })).toEqual({ id: null, title: 'Chess' });
});
