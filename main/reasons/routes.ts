import {
  getCrash,
  getCrashText,
  listCrashes,
  listUnseenCrashes,
  mendCrash,
  seeCrash,
} from '../../shared/http/crashes.ts';
import type { Crash, CrashReport, ShownCrash } from '../../shared/model/crash.ts';
import type { Routes } from '../feature/contract.ts';
import type { Servers } from '../servers/contract.ts';
import { existingServer } from '../servers/existing-server.ts';
import { compareCrash } from './compare.ts';
import { maskSecrets } from './mask.ts';
import type { Mender } from './mender.ts';
import type { Reasons } from './reasons.ts';
import { reportText } from './report-text.ts';

export interface ReasonsRoutesOptions {
  reasons: Reasons;
  mender: Mender;
  servers: Pick<Servers, 'get'>;
}

/** K1–K6. */
export function reasonsRoutes(routes: Routes, { reasons, mender, servers }: ReasonsRoutesOptions): void {
  const shown = (crash: Crash, all: readonly Crash[]): ShownCrash => ({
    ...crash,
    compared: compareCrash(crash, all),
    mends: mender.offered(crash, existingServer(servers, crash.server)),
  });
  const report = (server: string, id: string): CrashReport => {
    existingServer(servers, server);
    const crash = reasons.get(server, id);
    return { ...shown(crash, reasons.list(server)), ...reasons.detail(id) };
  };

  routes.mount(listUnseenCrashes)(({ grant }) => ({
    crashes: reasons
      .unseen()
      .filter(({ server }) => grant.may('console.read', server) && servers.get(server) !== null)
      .map((crash) => shown(crash, reasons.list(crash.server))),
  }));

  routes.mount(listCrashes)(({ params: { id } }) => {
    existingServer(servers, id);
    const all = reasons.list(id);
    return { crashes: all.map((crash) => shown(crash, all)) };
  });

  routes.mount(getCrash)(({ params: { id, crash } }) => report(id, crash));

  routes.mount(getCrashText)(({ params: { id, crash } }) => {
    const { definition } = existingServer(servers, id);
    const found = report(id, crash);
    const day = new Date(found.at).toISOString().slice(0, 19).replaceAll(':', '-');
    const text = reportText(found, { name: definition.name });
    return { file_name: `crash-${id}-${day}.txt`, text: maskSecrets(text, definition.environment) };
  });

  routes.mount(seeCrash)(({ params: { id, crash } }) => {
    existingServer(servers, id);
    reasons.see(id, crash);
    return { message: 'Crash report seen' };
  });

  routes.mount(mendCrash)(async ({ params: { id, crash }, body, grant }) => {
    existingServer(servers, id);
    const done = await mender.mend(reasons.get(id, crash), body, grant);
    reasons.see(id, crash);
    return done;
  });
}
