import { LightdeckError } from '../../../shared/errors.ts';
import type { ResourceChanges } from '../../../shared/http/resources.ts';
import type { Progress } from '../../../shared/model/progress.ts';
import type { ServerDefinition } from '../../../shared/model/server.ts';
import type { PowerAction } from '../../../shared/protocol/client-events.ts';
import type { LogSearch, Logs, LogsQuery } from '../../console/console-logs.ts';
import type { HistoryFound } from '../../console/search-history.ts';
import type { EngineMonitor } from '../../docker/contract.ts';
import type { Log } from '../../lib/log.ts';
import type { InstallChanges, Servers, ServerView, UpdatedResources } from '../contract.ts';
import type { DefinitionChanges } from '../definition/changes.ts';
import type { Rebinding } from '../definition/rebind.ts';
import type { Registry } from './registry.ts';
import type { RegistryEvent } from './registry-event.ts';

/** The published sentence (http.md, rebind-network). */
const installingReason = 'Cannot rebind network while container is installing';

/** What the ways in may ask of the servers: finds the server, checks that it can be asked now, and puts it down in the log. */
export class ServersApi implements Servers {
  private readonly registry: Registry;
  private readonly monitor: EngineMonitor;
  private readonly log: Log;

  constructor({ registry, monitor, log }: { registry: Registry; monitor: EngineMonitor; log: Log }) {
    this.registry = registry;
    this.monitor = monitor;
    this.log = log;
  }

  onEvent(listener: (event: RegistryEvent) => void): () => void {
    return this.registry.onEvent(listener);
  }

  whenReconciled(): Promise<void> {
    return this.registry.whenReconciled();
  }

  create(definition: ServerDefinition): void {
    this.registry.create(definition);
  }

  list(): ServerView[] {
    return this.registry.views();
  }

  get(id: string): ServerView | null {
    return this.registry.view(id);
  }

  remove(id: string): Promise<void> {
    return this.registry.remove(id);
  }

  power(id: string, action: PowerAction, by: string): void {
    const server = this.registry.mustFind(id);
    if (server.wireState === 'unknown') this.askEngine();
    const refused = server.power(action);
    if (refused) throw new LightdeckError('busy', refused);
    this.log.info({ server: id, action, by }, 'power action');
  }

  sendCommand(id: string, command: string): void {
    const refused = this.registry.mustFind(id).sendCommand(command);
    if (refused) throw new LightdeckError('busy', refused);
  }

  rebind(id: string, rebinding: Rebinding, by: string): void {
    const server = this.registry.mustFind(id, installingReason);
    if (server.wireState === 'installing') throw new LightdeckError('invalid', installingReason);
    if (server.wireState === 'unknown') this.askEngine();
    server.rebind(rebinding);
    this.log.info({ server: id, by }, 'its ports are changed');
  }

  reinstall(id: string, changes: InstallChanges, by: string): void {
    const server = this.registry.mustFind(id);
    // As for a creation: an install that can't begin is not begun.
    this.askEngine();
    server.reinstall(changes);
    this.log.info({ server: id, by }, 'it is installed anew');
  }

  change(id: string, changes: DefinitionChanges): string[] {
    return this.registry.mustFind(id).change(changes);
  }

  updateResources(id: string, changes: ResourceChanges): Promise<UpdatedResources> {
    return this.registry.mustFind(id).updateResources(changes);
  }

  searchLogs(id: string, search: LogSearch): Promise<HistoryFound> {
    return this.registry.mustFind(id).searchLogs(search);
  }

  logs(id: string, query: LogsQuery): Promise<Logs> {
    return this.registry.mustFind(id).logs(query);
  }

  notifyVolume(volumeId: string, progress: Progress): void {
    for (const server of this.registry.all())
      if (server.definition.volume_id === volumeId) server.notifyProgress(progress);
  }

  /** S11: tells the listeners of every server that has this volume. */
  tellVolume(volumeId: string, text: string): void {
    for (const server of this.registry.all())
      if (server.definition.volume_id === volumeId) server.notify(text);
  }

  /** Throws the cause if no engine answers. */
  private askEngine(): void {
    void this.monitor.engine;
  }
}
