import { z } from 'zod';
import { imageSchema, installScriptSchema } from './container-body.ts';
import { defineRoute, idParams, nothing } from './route.ts';

/** What is left out or null stays as it was; an empty `install_script` is none. */
export const reinstallContainer = defineRoute({
  method: 'POST',
  path: '/containers/:id/reinstall',
  access: 'containers.write',
  server: 'id',
  summary: 'Install a server anew on its volume as it is',
  params: idParams,
  query: nothing,
  body: z
    .strictObject({
      image: imageSchema.nullish(),
      install_script: installScriptSchema.nullish(),
      /** Its files are backed up before; where that can't be done, it is not reinstalled. */
      restore_point: z.boolean().default(false),
    })
    .prefault({}),
  status: 200,
  errors: ['not_found', 'busy', 'engine_unreachable'],
  /** `operation`: the one in which the restore point is made, and then the install begun; null without. */
  reply: z.object({
    message: z.literal('Container reinstall started'),
    internal_id: z.string(),
    operation: z.string().nullable(),
  }),
});
