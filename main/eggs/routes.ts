import {
  deleteEgg,
  describeServer,
  exportEggRoute,
  getEgg,
  importEgg,
  listEggs,
  planEgg,
  previewEgg,
} from '../../shared/http/eggs.ts';
import { everyServer } from '../auth/grant.ts';
import { requireScope } from '../auth/require-scope.ts';
import type { Routes } from '../feature/contract.ts';
import { digestOf, type EggCatalogue } from './catalogue.ts';
import { readCompose } from './described/compose.ts';
import { readDockerRun } from './described/docker-run.ts';
import { refuseText } from './described/refuse-text.ts';
import { parseEgg } from './parse-egg.ts';
import { planServer } from './plan.ts';

/** E1, E8: eggs by HTTP. The catalogue is the host's: it is changed by tokens that are good for all servers. */
export function eggRoutes(routes: Routes, { catalogue }: { catalogue: EggCatalogue }): void {
  routes.mount(previewEgg)(({ body: { text } }) => {
    const { egg, notes } = parseEgg(text);
    return { egg, notes: notes.map((note) => note.text) };
  });
  routes.mount(planEgg)(({ body: { text, id, values, ...choice } }) => {
    const known =
      text === undefined ? catalogue.get(id ?? '') : { ...parseEgg(text), sha256: digestOf(text) };
    return planServer(known.egg, known.sha256, { ...choice, values: new Map(Object.entries(values)) });
  });
  routes.mount(describeServer)(({ body: { text, service } }) => {
    const isLine = /^\s*(\$ |# )?(sudo )?(docker|podman)\s/.test(text);
    const found = isLine ? readDockerRun(text) : readCompose(text, service);
    if (found.image === '' && found.refused.length === 0) refuseText('it names no image.');
    return { server: found.server(), notes: found.notes, refused: found.refused };
  });
  routes.mount(importEgg)(({ body: { text, source }, grant }) => {
    requireScope(grant, 'containers.write', everyServer);
    return catalogue.add(text, source);
  });
  routes.mount(listEggs)(() => ({ eggs: catalogue.list() }));
  routes.mount(getEgg)(({ params: { id }, query: { version } }) => catalogue.get(id, version));
  routes.mount(exportEggRoute)(({ params: { id }, query: { version } }) => catalogue.export(id, version));
  routes.mount(deleteEgg)(({ params: { id }, grant }) => {
    requireScope(grant, 'containers.write', everyServer);
    catalogue.remove(id);
    return { message: 'Egg deleted' };
  });
}
