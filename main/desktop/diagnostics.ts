import type { SystemView } from '../../shared/http/system.ts';
import type { EngineState } from '../../shared/model/host.ts';
import type { DesktopVersions } from '../../shared/model/preferences.ts';

export interface DiagnosticsOptions {
  versions: DesktopVersions;
  /** What the host says of itself; null while it doesn't answer. */
  system: SystemView | null;
  /** The operating system, as `linux 6.1.0 x64`. */
  machine: string;
  /** The desktop's name and kind, as the session tells them; null where it doesn't. */
  desktop: string | null;
  package: string;
  /** The user's home folder, whose name is nobody's business. */
  home: string;
}

/** Tokens, names and passwords in addresses, and what else looks like a secret. */
const secrets: readonly [RegExp, string][] = [
  [/lightd_[\w-]+/g, 'lightd_…'],
  [/:\/\/[^/\s@]+@/g, '://…@'],
  [/([?&](?:token|key|secret|password)=)[^&\s]+/gi, '$1…'],
];

/** What a report of a fault needs to say of this app and its engine, as text; nothing of servers, and no secrets. Pure. */
export function diagnosticsText(options: DiagnosticsOptions): string {
  const { versions, system, machine, desktop, home } = options;
  const lines = [
    `Lightdeck ${versions.app} (${options.package}), Electron ${versions.electron}, Chromium ${versions.chromium}`,
    `System: ${machine}${desktop === null ? '' : `, desktop ${desktop}`}, tray ${versions.tray ? 'yes' : 'no'}`,
    `Host: ${versions.host === 'own' ? 'this app' : 'runs apart'}, data in ${versions.data_dir}`,
    ...(system ? hostLines(system) : ['The host does not answer.']),
  ];
  return `${secrets.reduce(
    (text, [pattern, instead]) => text.replace(pattern, instead),
    lines.join('\n').replaceAll(home, '~'),
  )}\n`;
}

function hostLines({ engine, store, disk, versions, host }: SystemView): string[] {
  const gigabytes = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GB`;
  return [
    `Host’s version: ${versions.lightdeck}, Node ${versions.node}, ${host.platform} ${host.release} ${host.arch}`,
    `Disk: ${gigabytes(disk.free)} free of ${gigabytes(disk.total)}; memory: ${gigabytes(host.memory.total)}`,
    `Store: ${store.status === 'ok' ? 'ok' : store.problem}`,
    ...engineLines(engine),
  ];
}

function engineLines(engine: EngineState): string[] {
  const tried = engine.tried.map(
    ({ endpoint, source, result }) => `  tried ${endpoint} (${source}): ${result}`,
  );
  switch (engine.status) {
    case 'connecting':
      return ['Engine: being looked for', ...tried];
    case 'up': {
      const { kind, version, api_version, endpoint, source } = engine;
      return [`Engine: ${kind} ${version}, API ${api_version}, at ${endpoint} (${source})`, ...tried];
    }
    case 'down':
      return [`Engine: none (${engine.code}): ${engine.cause}`, ...tried];
  }
}
