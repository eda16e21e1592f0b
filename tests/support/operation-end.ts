import { type Operation, operationSchema } from '../../shared/model/operation.ts';
import type { ApiClient } from './api-client.ts';
import { until } from './until.ts';

/** A host whose client may be another one after a restart. */
interface Host {
  readonly api: ApiClient;
}

/** Begins an operation by a POST: its id. */
export async function beginOperation({ api }: Host, path: string, body?: object): Promise<string> {
  return (await api.post(path, body)).parse(operationSchema, 202).id;
}

/** The operation, when it has ended, however. */
export async function operationEnd(host: Host, id: string): Promise<Operation> {
  const look = async (): Promise<Operation> =>
    (await host.api.get(`/operations/${id}`)).parse(operationSchema);
  const what = `the end of the operation ${id}`;
  await until(async () => (await look()).state !== 'running', { what, timeoutMs: 120_000 });
  return look();
}

/** Begins one, and gives its end. */
export async function runOperation(host: Host, path: string, body?: object): Promise<Operation> {
  return operationEnd(host, await beginOperation(host, path, body));
}
