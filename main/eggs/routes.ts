import { checkEgg, compareEggVersions } from '../../shared/http/egg-versions.ts';
import {
  deleteEgg,
  describeServer,
  exportEggRoute,
  fetchEgg,
  getEgg,
  importEgg,
  listEggs,
  planEgg,
  previewEgg,
} from '../../shared/http/eggs.ts';
import { everyServer } from '../auth/grant.ts';
import { requireScope } from '../auth/require-scope.ts';
import type { Routes } from '../feature/contract.ts';
import type { CatalogueOptions } from './catalogue.ts';

/** What reads eggs, with YAML and all formats. Loaded when first asked for: it would be a tenth of what each start of a host loads. */
async function reading() {
  const [{ digestOf, EggCatalogue }, { parseEgg }, { planServer }] = await Promise.all([
    import('./catalogue.ts'),
    import('./parse-egg.ts'),
    import('./plan.ts'),
  ]);
  return { digestOf, EggCatalogue, parseEgg, planServer };
}

/** E1, E8, E11: eggs by HTTP. The catalogue is the host's, and so are its ways out: for tokens that are good for all servers. */
export function eggRoutes(routes: Routes, options: CatalogueOptions): void {
  const catalogue = async () => new (await reading()).EggCatalogue(options);
  routes.mount(previewEgg)(async ({ body: { text } }) => {
    const { egg, notes } = (await reading()).parseEgg(text);
    return { egg, notes: notes.map((note) => note.text) };
  });
  routes.mount(fetchEgg)(async ({ body: { url, allow_private }, grant, signal }) => {
    requireScope(grant, 'containers.write', everyServer);
    const { createFetchText } = await import('./fetch/fetch-text.ts');
    return createFetchText()({ url, isPrivateAllowed: allow_private, signal });
  });
  routes.mount(planEgg)(async ({ body: { text, id, values, ...choice } }) => {
    const { digestOf, parseEgg, planServer } = await reading();
    const known =
      text === undefined ? (await catalogue()).get(id ?? '') : { ...parseEgg(text), sha256: digestOf(text) };
    return planServer(known.egg, known.sha256, { ...choice, values: new Map(Object.entries(values)) });
  });
  routes.mount(describeServer)(async ({ body: { text, service } }) => {
    const { describe } = await import('./described/describe.ts');
    return describe(text, service);
  });
  routes.mount(importEgg)(async ({ body: { text, source }, grant }) => {
    requireScope(grant, 'containers.write', everyServer);
    return (await catalogue()).add(text, source);
  });
  routes.mount(checkEgg)(async ({ params: { id }, body: { allow_private }, grant, signal }) => {
    requireScope(grant, 'containers.write', everyServer);
    const [{ createFetchText }, { checkEgg: check }] = await Promise.all([
      import('./fetch/fetch-text.ts'),
      import('./check-egg.ts'),
    ]);
    const fetchText = createFetchText();
    return check(id, { catalogue: await catalogue(), fetchText, isPrivateAllowed: allow_private, signal });
  });
  routes.mount(compareEggVersions)(async ({ params: { id }, query: { from, to } }) => {
    const { compareEggs } = await import('./compare-eggs.ts');
    const known = await catalogue();
    return { changes: compareEggs(known.get(id, from).egg, known.get(id, to).egg) };
  });
  routes.mount(listEggs)(() => ({ eggs: options.table.all() }));
  routes.mount(getEgg)(async ({ params: { id }, query: { version } }) =>
    (await catalogue()).get(id, version),
  );
  routes.mount(exportEggRoute)(async ({ params: { id }, query: { version } }) =>
    (await catalogue()).export(id, version),
  );
  routes.mount(deleteEgg)(async ({ params: { id }, grant }) => {
    requireScope(grant, 'containers.write', everyServer);
    (await catalogue()).remove(id);
    return { message: 'Egg deleted' };
  });
}
