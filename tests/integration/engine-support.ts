import { randomUUID } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import type { ContainerSpec, EngineLogQuery, LogEntry } from '../../main/docker/contract.ts';
import { createEngine, type OwnedEngine } from '../../main/docker/dockerode-engine.ts';
import { discoverEndpoints, machineEnvironment } from '../../main/docker/endpoint-discovery.ts';
import { searchEngine } from '../../main/docker/endpoint-probe.ts';
import { noResourceSettings } from '../../shared/model/resources.ts';
import { docker } from '../support/docker-cli.ts';
import { busyboxName } from '../support/images.ts';
import { tempDir } from '../support/temp.ts';

/** The machine's engine as discovery finds it, closed at the end of the test. */
export async function realEngine(): Promise<OwnedEngine> {
  const candidates = await discoverEndpoints(machineEnvironment({ socketPath: null, env: process.env }));
  const { found } = await searchEngine(candidates, { platform: process.platform, limitMs: 5_000 });
  if (found === null) throw new Error('No engine answers.');
  const engine = await createEngine({ target: found.target });
  onTestFinished(() => engine.close());
  return engine;
}

/** A definition of the small image with a fresh name and volume; its network is removed at the end of the test. */
export function testSpec(command: string, parts: Partial<ContainerSpec> = {}): ContainerSpec {
  const internalId = `engine-${randomUUID().slice(0, 8)}`;
  const volumePath = tempDir();
  chmodSync(volumePath, 0o777);
  onTestFinished(async () => {
    await docker('network', 'rm', `lightd-${internalId}`).catch(() => '');
  });
  return {
    name: `lightd-${internalId}`,
    internalId,
    hostId: `host-${randomUUID()}`,
    role: 'server',
    definitionHash: 'hash-1',
    image: busyboxName,
    command,
    environment: {},
    user: null,
    tty: false,
    volumePath,
    mounts: {},
    ports: [],
    limits: { memory: 64 * 1024 * 1024, cpu: null },
    resources: noResourceSettings,
    network: `lightd-${internalId}`,
    log: { maxSizeMiB: 10, maxFiles: 2 },
    ...parts,
  };
}

/** Made, not started; removed at the end of the test by its id. */
export async function createOwned(engine: OwnedEngine, spec: ContainerSpec): Promise<string> {
  const id = await engine.create(spec);
  onTestFinished(async () => {
    await docker('rm', '-f', '-v', id).catch(() => '');
  });
  return id;
}

/** Resolves when the container has ended; its exit code. */
export async function ended(id: string): Promise<number> {
  return Number(await docker('wait', id));
}

export async function readAll(
  engine: OwnedEngine,
  id: string,
  query: Partial<EngineLogQuery> & { tty: boolean },
): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  const signal = AbortSignal.timeout(30_000);
  for await (const batch of engine.readLog(id, { follow: false, ...query }, signal)) entries.push(...batch);
  return entries;
}
