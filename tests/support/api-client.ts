import type { z } from 'zod';

/** A1: what every request's Accept header must contain. */
export const vendorType = 'Application/vnd.pkglatv1+json';

export interface ApiOptions {
  /** `http://host:port`, without a slash at the end. */
  url: string;
  /** Null sends no Authorization header. */
  token: string | null;
  /** Null sends Node's own. Default: the vendor type. */
  accept?: string | null;
}

export interface ApiRequest {
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is, instead of `json`. */
  body?: string | Buffer;
  headers?: Record<string, string>;
}

/** An answer, read to its end. */
export class ApiReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  private readonly request: string;

  constructor(request: string, response: Response, text: string) {
    this.request = request;
    this.status = response.status;
    this.headers = response.headers;
    this.text = text;
  }

  /** The body as JSON. Throws if it is none. */
  get body(): unknown {
    try {
      return JSON.parse(this.text);
    } catch {
      throw new Error(`${this.request} answered ${this.status} without JSON: ${this.text.slice(0, 500)}`);
    }
  }

  /** The body parsed with the schema, after checking the status (default 200). Throws and shows the answer otherwise. */
  parse<S extends z.ZodType>(schema: S, status = 200): z.output<S> {
    if (this.status !== status) {
      throw new Error(
        `${this.request} answered ${this.status} instead of ${status}: ${this.text.slice(0, 500)}`,
      );
    }
    return schema.parse(this.body);
  }

  /** The reply itself, after checking the status. */
  expect(status: number): this {
    if (this.status === status) return this;
    throw new Error(
      `${this.request} answered ${this.status} instead of ${status}: ${this.text.slice(0, 500)}`,
    );
  }
}

/** Speaks to a host's HTTP API as a client of Lightd's documentation would. `path` begins with /. */
export class ApiClient {
  private readonly options: ApiOptions;

  constructor(options: ApiOptions) {
    this.options = options;
  }

  /** The same host with another token or Accept header. */
  with(changes: Partial<Omit<ApiOptions, 'url'>>): ApiClient {
    return new ApiClient({ ...this.options, ...changes });
  }

  async request(
    method: string,
    path: string,
    { json, body, headers = {} }: ApiRequest = {},
  ): Promise<ApiReply> {
    const { url, token, accept = vendorType } = this.options;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(accept === null ? {} : { accept }),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: json === undefined ? (body ?? null) : JSON.stringify(json),
      signal: AbortSignal.timeout(60_000),
    });
    return new ApiReply(`${method} ${path}`, response, await response.text());
  }

  get(path: string): Promise<ApiReply> {
    return this.request('GET', path);
  }

  post(path: string, json?: unknown): Promise<ApiReply> {
    return this.request('POST', path, json === undefined ? {} : { json });
  }

  patch(path: string, json: unknown): Promise<ApiReply> {
    return this.request('PATCH', path, { json });
  }

  put(path: string, json: unknown): Promise<ApiReply> {
    return this.request('PUT', path, { json });
  }

  delete(path: string, json?: unknown): Promise<ApiReply> {
    return this.request('DELETE', path, json === undefined ? {} : { json });
  }
}
