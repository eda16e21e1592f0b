import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createContainerBody } from '../../shared/http/container-body.ts';
import { vendorType } from '../../shared/http/route.ts';
import { createWorld, type World } from './http-world.ts';

const operationSchema = z.object({
  operationId: z.string(),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z.array(z.record(z.string(), z.unknown())),
  requestBody: z.object({ content: z.record(z.string(), z.object({ schema: z.unknown() })) }).optional(),
  responses: z.record(z.string(), z.record(z.string(), z.unknown())),
});
const documentSchema = z.object({
  openapi: z.string(),
  info: z.object({ version: z.string() }),
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
});

let world: World;
let text: string;
let document: z.infer<typeof documentSchema>;
beforeAll(async () => {
  world = await createWorld();
  const reply = await world.call('GET', '/openapi.json');
  expect(reply.status).toBe(200);
  text = reply.text;
  document = documentSchema.parse(reply.json);
});
afterAll(() => world.close());

/** A fresh copy: the validator writes into what it gets. */
const copy = () => z.record(z.string(), z.unknown()).parse(JSON.parse(text));

describe('GET /openapi.json', () => {
  test('A1: needs a token, any one', async () => {
    expect((await world.call('GET', '/openapi.json', { token: null })).status).toBe(401);
    const token = world.token({ scopes: ['power'], containers: ['a'] });
    expect((await world.call('GET', '/openapi.json', { token })).status).toBe(200);
  });

  test('is a valid OpenAPI 3.1 document, in the eyes of a validator that others keep', async () => {
    const result = await new Validator().validate(copy());
    expect(result).toMatchObject({ valid: true });
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.info.version).toBe('9.9.9');
  });

  test('the validator does find faults', async () => {
    expect(await new Validator().validate({ ...copy(), paths: { 'no-slash': { get: 5 } } })).toMatchObject({
      valid: false,
    });
  });

  test('describes what is there: each operation exists on the host, and none is told twice', async () => {
    const ids: string[] = [];
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [method, { operationId, security }] of Object.entries(operations)) {
        ids.push(operationId);
        const reply = await world.call(method.toUpperCase(), path.replace(/\{\w+\}/g, 'x'), { token: null });
        // A public download link that was never made is not there; its route is.
        const open = path.endsWith('downloads/{key}') ? 404 : 200;
        expect([path, method, reply.status]).toEqual([path, method, security.length === 0 ? open : 401]);
      }
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(['postContainersIdStart', 'getOpenapiJson', 'getAudit']));
  });

  test('tells scopes, the vendor header, parameters and failures', () => {
    const start = document.paths['/containers/{id}/start']?.post;
    expect(start?.security).toEqual([{ token: ['power'] }]);
    expect(start?.parameters).toEqual([
      { $ref: '#/components/parameters/VendorHeader' },
      { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
    ]);
    const statuses = ['200', '400', '401', '403', '404', '409', '413', '429', '500', '503', '507', 'default'];
    expect(Object.keys(start?.responses ?? {})).toEqual(statuses);
    const pingResponses = document.paths['/api/v1/public/ping']?.get?.responses;
    expect(Object.keys(pingResponses ?? {})).toEqual(['200', '400', '500', 'default']);
    expect(text).toContain(vendorType);
    expect(document.paths['/auth/tokens']?.post?.security).toEqual([{ token: ['master'] }]);
    expect(document.paths['/api/v1/public/ping']?.get).toMatchObject({ security: [], parameters: [] });
    expect(document.paths['/audit']?.get?.parameters).toContainEqual(
      expect.objectContaining({ name: 'before', in: 'query', required: false }),
    );
  });

  test('a body that the host takes is one that the document allows, and the other way round', () => {
    const schema = document.paths['/containers']?.post?.requestBody?.content['application/json']?.schema;
    const allows = new Ajv2020({ strict: false, validateFormats: false }).compile(
      z.record(z.string(), z.unknown()).parse(schema),
    );
    const least = { internal_id: 'a', image: 'debian:12', volume_id: 'v', startup_command: './run' };
    const port = { container_port: 1, host_port: 2 };
    const bodies = [
      least,
      { ...least, ports: [port, { ip: '0.0.0.0', port: 3, protocol: 'udp' }], start_pattern: null },
      { ...least, stop: { command: 'stop' }, environment: { A: '1' }, limits: { memory: 4194304 } },
      { ...least, image: undefined },
      { ...least, internal_id: 5 },
      { ...least, internal_id: '../x' },
      { ...least, surprise: 1 },
      { ...least, restart_policy: 'always' },
      { ...least, ports: [{ container_port: 0 }] },
      { ...least, limits: { memory: 5 } },
    ];
    const plain = bodies.map((body): unknown => JSON.parse(JSON.stringify(body)));
    expect(plain.map((body) => allows(body))).toEqual(
      plain.map((body) => createContainerBody.safeParse(body).success),
    );
  });
});
