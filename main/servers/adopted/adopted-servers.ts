import { LightdeckError } from '../../../shared/errors.ts';
import type { AdoptableContainer } from '../../../shared/http/adoption.ts';
import { noResourceSettings } from '../../../shared/model/resources.ts';
import { leastMemory, type ServerDefinition } from '../../../shared/model/server.ts';
import type { EngineMonitor, Stranger } from '../../docker/contract.ts';
import type { StoredServer } from '../../store/contract.ts';
import type { ServerView } from '../contract.ts';
import { newStoredServer } from '../machine/restore.ts';

export interface AdoptedServersOptions {
  registry: {
    views(): ServerView[];
    exists(id: string): boolean;
    isUnknown(id: string): boolean;
    adopt(stored: StoredServer): void;
    whenSetUp(id: string): Promise<void>;
    remove(id: string): Promise<void>;
  };
  monitor: Pick<EngineMonitor, 'engine'>;
  /** The machine's present boot (lib/boot-id.ts). */
  boot: string;
  /** Unix milliseconds. */
  now: () => number;
}

/**
 * A40: containers that somebody else has made, as servers. They are watched, typed into, stopped and started as they are; nothing of
 * them is made anew, and letting them go leaves them as they are.
 */
export class AdoptedServers {
  private readonly options: AdoptedServersOptions;

  constructor(options: AdoptedServersOptions) {
    this.options = options;
  }

  /** Those that run and that no Lightdeck made or has adopted here. Throws LightdeckError `engine_unreachable`. */
  async list(): Promise<AdoptableContainer[]> {
    const taken = this.taken();
    const found = (await this.options.monitor.engine.strangers()).filter(({ id }) => !taken.has(id));
    return found.map(described);
  }

  /** Takes up one that runs. Gives what can't be done with it, in words. Throws LightdeckError `not_found`, `conflict`, and what engine and store throw. */
  async adopt({
    container,
    id,
    name,
  }: {
    container: string;
    id: string;
    name?: string | undefined;
  }): Promise<string[]> {
    const { registry, monitor, boot, now } = this.options;
    const found = (await monitor.engine.strangers()).find((one) => one.id === container);
    if (!found)
      throw new LightdeckError(
        'not_found',
        'There is no container of that id that runs and is not Lightdeck’s own',
      );
    // From here to the record without an await: of two requests one gets it.
    if (this.taken().has(container))
      throw new LightdeckError('conflict', `The container ${found.name} is adopted already`);
    if (registry.exists(id) || registry.isUnknown(id))
      throw new LightdeckError('conflict', `A server with the id ${id} exists already`);
    const definition = definitionOf(found, {
      id,
      name: name ?? found.name,
      seconds: Math.floor(now() / 1000),
    });
    registry.adopt({
      ...newStoredServer(definition, boot),
      install_state: 'installed',
      ever_started: true,
      wanted: 'running',
      container_id: container,
      run: { started_at: found.startedAt ?? now(), ready: true },
    });
    await registry.whenSetUp(id);
    return described(found).notes;
  }

  /** It is no server any more; the container stays as it is, running or not. Throws LightdeckError `conflict` for one that was made here. */
  async release(id: string, definition: ServerDefinition): Promise<void> {
    if (definition.adopted === null)
      throw new LightdeckError(
        'conflict',
        `The container of ${definition.name} was made here: it can't be let go, only deleted`,
      );
    await this.options.registry.remove(id);
  }

  private taken(): Set<string> {
    return new Set(
      this.options.registry.views().flatMap(({ definition: { adopted } }) => adopted?.container_id ?? []),
    );
  }
}

/** What the page shows of one, with what will not work. Pure. */
function described(found: Stranger): AdoptableContainer {
  const { id, name, image, ports, takesInput } = found;
  return { id, name, image, ports, takes_input: takesInput, notes: notesOf(found) };
}

/** Pure. */
function notesOf({ takesInput, endsInput, restartPolicy, removesItself }: Stranger): string[] {
  return [
    'Its image, ports, variables, mounts and limits stay what they are: they can be changed only where it was made.',
    'Its files are not shown here, and are in no backup.',
    ...(endsInput
      ? ['Nothing can be typed into its console: its input ends with whoever was attached to it first.']
      : takesInput
        ? []
        : ['Nothing can be typed into its console: it was made without standard input (docker run -i).']),
    ...(restartPolicy === null
      ? []
      : [
          `The engine itself starts it again (restart policy ${restartPolicy}), also where it ends by a command of its console.`,
        ]),
    ...(removesItself ? ['It is gone when it stops (docker run --rm): it can’t be started again.'] : []),
  ];
}

/** Pure. */
function definitionOf(
  { id: container_id, name: container, image, ports, memory, cpu, stop, tty, takesInput }: Stranger,
  { id, name, seconds }: { id: string; name: string; seconds: number },
): ServerDefinition {
  return {
    internal_id: id,
    name,
    image,
    volume_id: '',
    startup_command: '',
    start_pattern: null,
    ports,
    limits: { memory: memory !== null && memory >= leastMemory ? memory : null, cpu },
    resources: noResourceSettings,
    mount: {},
    read_only_mounts: [],
    environment: {},
    install_script: null,
    stop,
    tty,
    auto_start: false,
    restart_policy: 'no',
    data_path: null,
    time_zone: null,
    volume_owner: null,
    read_only_root: false,
    user: 'image',
    host_user_problem: null,
    freeze: null,
    players: null,
    image_pin: null,
    tags: [],
    console: null,
    entrypoint: 'image',
    installer: null,
    config_files: [],
    egg: null,
    template: null,
    variables: [],
    adopted: { container_id, name: container, takes_input: takesInput },
    created_at: seconds,
    updated_at: seconds,
  };
}
