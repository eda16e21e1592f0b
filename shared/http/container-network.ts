import { z } from 'zod';
import { portRequestsSchema } from './container-body.ts';
import { defineRoute, idParams, nothing } from './route.ts';

/** While it is being installed: 400 `Cannot rebind network while container is installing`. */
export const rebindNetwork = defineRoute({
  method: 'POST',
  path: '/containers/:id/rebind-network',
  access: 'containers.write',
  server: 'id',
  summary: 'Give a server other ports; one that runs is restarted for them',
  params: idParams,
  query: nothing,
  body: z.strictObject({ ports: portRequestsSchema }),
  status: 200,
  errors: ['not_found', 'busy', 'engine_unreachable'],
  reply: z.object({ message: z.literal('Network rebinding started'), internal_id: z.string() }),
});
