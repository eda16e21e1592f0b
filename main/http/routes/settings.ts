import { isAbsolute } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { LightdeckError } from '../../../shared/errors.ts';
import { firstProblem } from '../../../shared/first-problem.ts';
import {
  changeSettings,
  type RemoteStatus,
  readSettings,
  type SettingsChanges,
  type SettingsView,
  type SftpStatus,
} from '../../../shared/http/settings.ts';
import type { Grant } from '../../auth/contract.ts';
import { everyServer } from '../../auth/grant.ts';
import { requireScope } from '../../auth/require-scope.ts';
import { type Config, configSchema } from '../../config/config-schema.ts';
import type { Configuration } from '../../config/configuration.ts';
import { maskedConfig } from '../../config/masked-config.ts';
import { panelPlace } from '../../config/panel-settings.ts';
import type { RouteMounter } from '../route-mounter.ts';

export interface SettingsRoutesOptions {
  configuration: Configuration;
  sftp: {
    status(): SftpStatus;
    /** Resolves when the settings are in force, or have failed to be; never rejects. */
    apply(settings: Config['sftp']): Promise<void>;
  };
  remoteStatus: () => RemoteStatus;
}

/** A15, from the page. The host's affair: not for tokens that are bound to some servers. */
export function mountSettings(mounter: RouteMounter, options: SettingsRoutesOptions): void {
  const { configuration, sftp } = options;

  mounter.mount(readSettings)(({ grant }) => {
    requireScope(grant, 'system', everyServer);
    return view(options, grant);
  });

  mounter.mount(changeSettings)(async ({ grant, body }) => {
    requireScope(grant, 'system', everyServer);
    // What of the machine servers get to see, and who runs them: whoever sets these could take the whole machine. And where the host
    // calls: its answers tell of networks that only the host can reach.
    const callsElsewhere = body.remote?.url !== undefined || body.remote?.enabled === true;
    if (body.storage || body.docker || callsElsewhere) requireScope(grant, 'tokens', everyServer);
    const before = configuration.current();
    configuration.change((config) => changed(config, body));
    const current = configuration.current();
    // It may take a moment, and the reply says how it went.
    if (body.sftp) await sftp.apply(current.sftp);
    return { ...view(options, grant), changed_keys: changedKeys(before, current, body) };
  });
}

function view({ configuration, sftp, remoteStatus }: SettingsRoutesOptions, grant: Grant): SettingsView {
  const { docker, storage, backups, monitoring, remote, sftp: place } = maskedConfig(configuration.current());
  return {
    docker,
    storage: { allowed_mounts: storage.allowed_mounts, trash_days: storage.trash_days },
    backups: { read_rate_mb: backups.read_rate_mb },
    monitoring,
    remote,
    sftp: place,
    sftp_status: sftp.status(),
    remote_status: remoteStatus(),
    restart_required: configuration.waiting,
    owner: grant.may('tokens', everyServer),
  };
}

/** The file's configuration with the changes. Throws LightdeckError `invalid` naming the field. Pure. */
function changed(config: Config, body: SettingsChanges): Config {
  const { storage, docker, backups, monitoring, remote, sftp } = body;
  for (const [index, folder] of (storage?.allowed_mounts ?? []).entries()) {
    if (!isAbsolute(folder)) throw invalid(`storage.allowed_mounts.${index}: must be an absolute path`);
  }
  const { billing } = config.monitoring;
  const next = {
    ...config,
    docker: { ...config.docker, ...docker },
    storage: { ...config.storage, ...storage },
    backups: { ...config.backups, ...backups },
    monitoring: { ...config.monitoring, ...monitoring, billing: { ...billing, ...monitoring?.billing } },
    remote: { ...config.remote, ...remote },
    sftp: { ...config.sftp, ...sftp },
  };
  const result = configSchema.safeParse(next);
  if (!result.success) throw invalid(firstProblem(result.error));
  checkPanelToken(config.remote, next.remote, remote?.token !== undefined);
  return next;
}

/** Nobody who can't read the token may have it sent to a place of their own. */
function checkPanelToken(before: Config['remote'], next: Config['remote'], isSent: boolean): void {
  if (isSent || before.token === '' || before.url === '') return;
  if (panelPlace(before.url) === panelPlace(next.url)) return;
  throw invalid(
    'remote.token: must be sent together with another address ("" for none): the one that is kept was given for the panel before',
  );
}

/** The dotted names of what the body named and what is different now. */
function changedKeys(before: object, now: object, named: object, prefix = ''): string[] {
  return Object.entries(named).flatMap(([key, value]) => {
    const [old, current]: unknown[] = [Reflect.get(before, key), Reflect.get(now, key)];
    if (isObject(old) && isObject(current) && isObject(value))
      return changedKeys(old, current, value, `${prefix}${key}.`);
    return isDeepStrictEqual(old, current) ? [] : [`${prefix}${key}`];
  });
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function invalid(message: string): LightdeckError {
  return new LightdeckError('invalid', message);
}
