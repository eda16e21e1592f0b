import { noResourceSettings } from '../../shared/model/resources.ts';
import type { ServerDefinition } from '../../shared/model/server.ts';

/** A server without anything special, for tests that need one to be whole. */
export function serverDefinition(id: string, more: Partial<ServerDefinition> = {}): ServerDefinition {
  return {
    internal_id: id,
    name: id,
    image: 'debian:12',
    volume_id: 'v',
    startup_command: './run',
    start_pattern: null,
    ports: [],
    limits: { memory: null, cpu: null },
    resources: noResourceSettings,
    mount: {},
    read_only_mounts: [],
    environment: {},
    install_script: null,
    stop: { signal: 'SIGTERM', timeout: 30 },
    tty: true,
    auto_start: false,
    restart_policy: 'on-failure',
    data_path: null,
    time_zone: null,
    volume_owner: null,
    read_only_root: false,
    user: null,
    host_user_problem: null,
    freeze: null,
    players: null,
    image_pin: null,
    tags: [],
    entrypoint: 'shell',
    installer: null,
    config_files: [],
    egg: null,
    template: null,
    variables: [],
    created_at: 1,
    updated_at: 1,
    ...more,
  };
}
