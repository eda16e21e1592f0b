import type { EngineMonitor } from '../../docker/contract.ts';
import type { ConfigFiles } from '../../eggs/config-files.ts';
import type { ServerState } from '../server-state.ts';
import { serverUuid, withEggVariables } from './egg-variables.ts';
import { type SpecContext, serverNetwork } from './spec.ts';

/** Docker's default bridge: containers of any network reach it, where an engine has one. */
const defaultBridge = '172.17.0.1';

export interface SetUpFilesOptions {
  state: ServerState;
  monitor: EngineMonitor;
  context: SpecContext;
  configFiles?: ConfigFiles | undefined;
  notify: (text: string) => void;
}

/** E5: sets a server's configuration files before a start. What was changed is told; what could not be keeps nobody from starting. */
export async function setUpFiles(options: SetUpFilesOptions): Promise<void> {
  const { state, configFiles, context, notify } = options;
  const { definition } = state;
  if (definition.config_files.length === 0 || !configFiles) return;
  const told = await configFiles.apply(definition.volume_id, definition.config_files, {
    environment: withEggVariables(definition, context).environment,
    uuid: serverUuid(context.hostId, definition.internal_id),
    name: definition.name,
    gateway: await gatewayOf(options),
  });
  for (const line of told) notify(line);
}

/**
 * E6: what games call the address of "the machine" when they are asked for servers on 127.0.0.1. Asked for where a file needs it alone: the
 * network has to be there for it.
 */
async function gatewayOf({ state, monitor, context }: SetUpFilesOptions): Promise<string> {
  const { definition } = state;
  if (!JSON.stringify(definition.config_files).includes('{{config.docker.')) return defaultBridge;
  const name = serverNetwork(definition.internal_id);
  const network = { name, hostId: context.hostId, internalId: definition.internal_id };
  return (await monitor.engine.gateway(network)) ?? defaultBridge;
}
