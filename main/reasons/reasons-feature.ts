import { release, uptime as systemUptime, totalmem, type } from 'node:os';
import type { Crash, CrashDetail } from '../../shared/model/crash.ts';
import { isUp } from '../../shared/model/power.ts';
import type { AuditTrail } from '../audit/audit-trail.ts';
import type { EngineMonitor } from '../docker/contract.ts';
import type { Feature } from '../feature/contract.ts';
import type { HostNews } from '../feature/host-news.ts';
import type { Log } from '../lib/log.ts';
import type { Servers } from '../servers/contract.ts';
import type { StatsSampler } from '../stats/contract.ts';
import type { Store } from '../store/contract.ts';
import { DeferredWrite } from '../store/deferred-write.ts';
import type { StoreHealth } from '../store/health.ts';
import { version } from '../version.ts';
import type { Volumes } from '../volumes/contract.ts';
import { causeCatalogue } from './causes/catalogue.ts';
import { crashFact } from './crash-fact.ts';
import { CrashTable, reasonsTables } from './crash-table.ts';
import { FigureRing } from './figure-ring.ts';
import { HostDiary } from './host-diary.ts';
import { Mender, type MenderOptions } from './mender.ts';
import { mendCatalogue } from './mends.ts';
import { Reasons } from './reasons.ts';
import { reasonsRoutes } from './routes.ts';

export interface CreateReasonsOptions {
  store: Pick<Store, 'tables' | 'servers'>;
  servers: Servers;
  audit: Pick<AuditTrail, 'page'>;
  volumes: Pick<Volumes, 'usage'>;
  sampler: Pick<StatsSampler, 'read'>;
  monitor: Pick<EngineMonitor, 'state' | 'onState'>;
  health?: StoreHealth | undefined;
  onChange: (server: string) => void;
  /** A report was made. */
  onReport?: (crash: Crash) => void;
  /** Unix ms. */
  now: () => number;
  /** Ms of a clock that isn't set. */
  elapsed: () => number;
  /** Seconds since this machine booted; left out: the system's. */
  uptime?: () => number;
  log: Log;
}

export interface ReasonsFeatureOptions
  extends Omit<CreateReasonsOptions, 'onChange' | 'onReport' | 'elapsed'>,
    Pick<MenderOptions, 'files' | 'ports'> {
  news: HostNews;
}

/** Crash reports with their routes; they tell the topic `crashes`. */
export function reasonsFeature({ news, ...parts }: ReasonsFeatureOptions): Feature {
  const reasons = createReasons({
    ...parts,
    elapsed: () => performance.now(),
    onChange: (server) => news.changed('crashes', server),
    onReport: (crash) => news.happened(crashFact(crash)),
  });
  const mender = new Mender({ ...parts, causes: causeCatalogue, mends: mendCatalogue, memory: totalmem });
  return {
    name: 'reasons',
    routes: (routes) => reasonsRoutes(routes, { ...parts, reasons: reasons.reasons, mender }),
    close: () => reasons.close(),
  };
}

/** What keeps the reports, and watches what they need: the last figures of what runs, and what happens on the machine. */
export function createReasons(options: CreateReasonsOptions): { reasons: Reasons; close: () => void } {
  const { store, servers, monitor, health, now } = options;
  const table = new CrashTable(store.tables(reasonsTables));
  const { diary, writing } = openDiary(options, table);
  const figures = new FigureRing({
    sampler: options.sampler,
    running: () =>
      servers.list().flatMap(({ state, definition }) => (isUp(state) ? [definition.internal_id] : [])),
    now,
    onRound: () => diary.look(),
  });
  const reasons = new Reasons({
    ...options,
    table,
    figures,
    diary,
    catalogue: causeCatalogue,
    versions: () => versionsNow(monitor),
    isKnown: (server) => store.servers.get(server) !== null,
    health,
  });
  return {
    reasons,
    close() {
      reasons.close();
      figures.close();
      diary.close();
      writing.close();
    },
  };
}

function openDiary(
  { monitor, health, now, elapsed, uptime = systemUptime }: CreateReasonsOptions,
  table: CrashTable,
): { diary: HostDiary; writing: DeferredWrite } {
  const before = table.diary();
  const writing = new DeferredWrite({
    what: 'what happens on this machine',
    write: () => table.putDiary({ lines: diary.lines, versions: diary.versions }),
    health,
  });
  const diary: HostDiary = new HostDiary({
    monitor,
    health,
    known: before.lines,
    versions: { now: () => knownVersions(versionsNow(monitor)), before: before.versions },
    onChange: () => writing.request(),
    now,
    elapsed,
  });
  diary.compareVersions();
  noteBoot(diary, now() - uptime() * 1000);
  writing.request();
  return { diary, writing };
}

/** A machine that has just booted took down what ran on it. */
function noteBoot(diary: HostDiary, bootedAt: number): void {
  const isKnown = diary.lines.some(({ kind, at }) => kind === 'boot' && Math.abs(at - bootedAt) < 120_000);
  if (!isKnown) diary.note('boot', 'This machine was started', bootedAt);
}

function versionsNow(monitor: Pick<EngineMonitor, 'state'>): CrashDetail['versions'] {
  const { state } = monitor;
  const engine = state.status === 'up' ? `${state.kind} ${state.version}` : null;
  return { lightdeck: version, engine, system: `${type()} ${release()}` };
}

function knownVersions({ lightdeck, engine, system }: CrashDetail['versions']): Record<string, string> {
  return { Lightdeck: lightdeck, 'The system': system, ...(engine === null ? {} : { 'The engine': engine }) };
}
