import { imageFactsRoute, listImages, pullImageRoute } from '../../shared/http/images.ts';
import { everyServer } from '../auth/grant.ts';
import { requireScope } from '../auth/require-scope.ts';
import type { Routes } from '../feature/contract.ts';
import type { Images } from './images.ts';

/** E13, E15: the machine's images, and the way out to get one, are not for tokens that are bound to some servers. */
export function imageRoutes(routes: Routes, { images }: { images: Images }): void {
  routes.mount(imageFactsRoute)(async ({ query: { image }, grant }) => {
    requireScope(grant, 'containers.write', everyServer);
    return { image: await images.view(image) };
  });
  routes.mount(listImages)(({ grant }) => {
    requireScope(grant, 'containers.write', everyServer);
    return images.list((id) => grant.may('containers.read', id));
  });
  routes.mount(pullImageRoute)(({ body: { image }, grant }) => {
    requireScope(grant, 'containers.write', everyServer);
    return images.pull(image, grant.label);
  });
}
