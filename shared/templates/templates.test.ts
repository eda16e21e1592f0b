import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createContainerBody } from '../http/container-body.ts';
import { queryProtocol } from '../model/players.ts';
import { templateSchema } from './template.ts';

const folder = join(import.meta.dirname, 'games');
const files = readdirSync(folder);

describe.each(files)('%s', (file) => {
  const template = templateSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));

  test('is a kebab-case .json, with advice that makes sense', () => {
    expect(file).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*\.json$/);
    expect(template.memory.recommended).toBeGreaterThanOrEqual(template.memory.minimum);
  });

  test('its parts are taken by the host as they are', () => {
    const body = {
      internal_id: 'a',
      image: template.image,
      volume_id: 'v',
      startup_command: template.startup.join('\n'),
      start_pattern: template.ready,
      stop: template.stop,
      freeze: template.freeze ?? null,
      players: template.players ?? null,
      console: template.console ?? null,
      install_script: template.install?.join('\n') ?? null,
      data_path: template.data_path,
      environment: template.environment,
      ports: template.ports.map(({ container, protocol }) => ({
        container_port: container,
        host_port: container,
        protocol,
      })),
    };
    expect(createContainerBody.safeParse(body).error?.issues).toBeUndefined();
  });

  test('the port that is asked who plays is one of its own', () => {
    const { query = null, port = null } = template.players ?? {};
    if (query === null) return;
    const mine = template.ports.map(({ container, protocol }) => `${container}/${protocol}`);
    expect(mine).toContain(`${port}/${queryProtocol[query]}`);
  });

  test('the port of its console is one of its own', () => {
    if (!template.console) return;
    expect(template.ports).toContainEqual(
      expect.objectContaining({ container: template.console.port, protocol: 'tcp' }),
    );
  });

  test('no variable is told twice, and each default is one that its own check takes', () => {
    const { variables, environment, eula } = template;
    const names = [...variables.map(({ name }) => name), ...Object.keys(environment), eula?.variable ?? ''];
    expect(new Set(names).size).toBe(names.length);
    for (const one of variables) {
      if (one.type === 'choice') expect(one.options).toContain(one.default);
      if (one.type === 'switch') expect([one.on, one.off]).toContain(one.default);
      if (one.type === 'number') expect(one.default).toMatch(/^\d+$/);
      if (one.pattern && one.default) expect(one.default).toMatch(new RegExp(`^(?:${one.pattern})$`));
    }
  });

  test('every variable that its commands name is set by it', () => {
    const given = new Set([
      ...template.variables.map(({ name }) => name),
      ...Object.keys(template.environment),
      // Made by the host where it isn't asked for (R2).
      template.console?.password,
    ]);
    const own = /\b(LD_LIBRARY_PATH|server)\b/;
    for (const [, name] of template.startup.join('\n').matchAll(/\$([A-Za-z_][A-Za-z0-9_]*)/g))
      if (name && !own.test(name)) expect(given).toContain(name);
  });
});

test('there are at least a dozen games', () => {
  expect(files.length).toBeGreaterThanOrEqual(12);
});
