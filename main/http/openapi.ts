import { z } from 'zod';
import { errorTable } from '../../shared/errors.ts';
import { errorReply, errorsOf, hostHeader, noBody, type Route, vendorType } from '../../shared/http/route.ts';

type Json = Record<string, unknown>;

export interface ApiDescription {
  /** As they are mounted. */
  routes: readonly Route[];
  version: string;
}

const objectSchema = z.object({
  properties: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  required: z.array(z.string()).default([]),
});

/**
 * The API as an OpenAPI 3.1 document, made from the very schemas that check the requests: bodies and parameters as they
 * may be sent, replies as they come. What a schema checks beyond JSON Schema (a port that is in the pool) is told by 400.
 */
export function describeApi({ routes, version }: ApiDescription): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Lightdeck',
      version,
      description: `The HTTP API of Lightd, and Lightdeck's additions. Every request but the ping needs a token and an Accept header that contains ${vendorType}.`,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    components: { securitySchemes, parameters, responses: errorResponses(), schemas: { Error: error } },
  };
}

/** OpenAPI ignores a parameter of this name in generated clients: there, the type of the replies makes them send it. */
const parameters = {
  VendorHeader: {
    name: 'Accept',
    in: 'header',
    required: true,
    description: `Must contain ${vendorType}, in whatever case (A1).`,
    schema: { type: 'string', default: vendorType },
  },
};

const securitySchemes = {
  token: {
    type: 'http',
    scheme: 'bearer',
    description:
      'A token that begins with lightd_. An operation names the scope that the token must have; `master` is the master token alone.',
  },
};

const error = schemaOf(errorReply, 'output');

function operation(route: Route): Json {
  const isPublic = route.access === 'public';
  return {
    operationId: operationId(route),
    summary: route.summary,
    tags: [tagOf(route)],
    security: isPublic
      ? []
      : [{ token: route.access === 'any' || route.access === 'pairing' ? [] : [route.access] }],
    parameters: [
      ...(isPublic ? [] : [{ $ref: '#/components/parameters/VendorHeader' }]),
      ...parametersOf(route.params, 'path'),
      ...parametersOf(route.query, 'query'),
    ],
    ...requestBody(route),
    responses: {
      [route.status]: success(route),
      ...Object.fromEntries(statusesOf(route).map((status) => [status, responseRef(status)])),
      default: responseRef('default'),
    },
  };
}

/** `postContainersIdStart` */
function operationId({ method, path }: Route): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

const tagOf = ({ path }: Route): string => /^\/(\w+)/.exec(path)?.[1] ?? 'other';

function parametersOf(schema: z.ZodType, place: 'path' | 'query'): Json[] {
  const { properties, required } = objectSchema.parse(schemaOf(schema, 'input'));
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: property,
  }));
}

/** Bytes of any kind. */
const rawContent = { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } };

function requestBody({ body, raw }: Route): Json {
  if (raw === 'body') return { requestBody: { required: true, content: rawContent } };
  if (body === noBody) return {};
  const content = { 'application/json': { schema: schemaOf(body, 'input') } };
  return { requestBody: { required: !body.safeParse(undefined).success, content } };
}

function success({ status, reply, summary, raw }: Route): Json {
  const headers = { [hostHeader]: { schema: { type: 'string' }, description: "The host's version" } };
  if (status === 204) return { description: summary, headers };
  if (raw === 'reply') return { description: summary, headers, content: rawContent };
  const media = { schema: schemaOf(reply, 'output') };
  return {
    description: summary,
    headers,
    content: { 'application/json': media, [vendorType.toLowerCase()]: media },
  };
}

/** What the entry says that it can fail with; what nobody foresaw comes under `default`. */
function statusesOf(route: Route): number[] {
  const statuses = errorsOf(route).map((code) => errorTable[code].status);
  return [...new Set<number>(statuses)].sort((a, b) => a - b);
}

const responseRef = (name: number | 'default') => ({ $ref: `#/components/responses/${nameOf(name)}` });
const nameOf = (status: number | 'default') => (status === 'default' ? 'Failure' : `Error${status}`);

function errorResponses(): Json {
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } };
  const statuses = new Set(Object.values(errorTable).map(({ status }) => status));
  const responses = [...statuses].map((status) => {
    const codes = Object.entries(errorTable).filter(([, entry]) => entry.status === status);
    const description = codes.map(([code]) => code.replaceAll('_', ' ')).join(', ');
    return [nameOf(status), { description, content }] as const;
  });
  const any = {
    description: 'What no route does: the body came too slowly, or the host is stopping',
    content,
  };
  return { ...Object.fromEntries(responses), [nameOf('default')]: any };
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
