import { z } from 'zod';
import { configSettingSchema, settingParserSchema } from '../model/config-setting.ts';
import { defineRoute, idParams, noBody, nothing } from './route.ts';

/** A path below the volume's root. */
const filePath = z.string().min(1, 'must not be empty').max(4096);

/** Most that are found in a volume, and that one request changes. */
export const maxConfigFiles = 100;
const maxChanges = 500;

/** `size` in bytes. */
export const configFileSchema = z.object({
  path: z.string(),
  parser: settingParserSchema,
  size: z.number().int(),
});
export type ConfigFile = z.infer<typeof configFileSchema>;

/** `revision` changes with each byte of the file; `left_out`: values that can only be changed in the text itself. */
export const readConfigFileSchema = z.object({
  path: z.string(),
  parser: settingParserSchema,
  revision: z.string(),
  settings: z.array(configSettingSchema),
  left_out: z.number().int(),
});
export type ReadConfigFile = z.infer<typeof readConfigFileSchema>;

export const listConfigFiles = defineRoute({
  method: 'GET',
  path: '/volumes/:id/config-files',
  access: 'files.read',
  summary: 'Files of the volume that most likely are settings',
  params: idParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['not_found', 'conflict', 'busy'],
  reply: z.object({ files: z.array(configFileSchema) }),
  heavy: true,
});

export const readConfigFile = defineRoute({
  method: 'GET',
  path: '/volumes/:id/config-file',
  access: 'files.read',
  summary: 'What a file of settings is set to, one by one',
  params: idParams,
  query: z.strictObject({ path: filePath, parser: settingParserSchema }),
  body: noBody,
  status: 200,
  errors: ['not_found', 'conflict', 'busy', 'too_large'],
  reply: readConfigFileSchema,
  heavy: true,
});

export const changeConfigFile = defineRoute({
  method: 'PATCH',
  path: '/volumes/:id/config-file',
  access: 'files.write',
  summary: 'Change settings of a file; all else of it stays as it is',
  params: idParams,
  query: nothing,
  /** `revision`: of the file as it was read; changed since then: 409. */
  body: z.strictObject({
    path: filePath,
    parser: settingParserSchema,
    revision: z.string().max(64),
    changes: z
      .array(z.strictObject({ match: z.string().min(1).max(4096), value: z.string().max(32_768) }))
      .min(1)
      .max(maxChanges),
  }),
  status: 200,
  errors: ['not_found', 'conflict', 'busy', 'too_large', 'out_of_space'],
  reply: readConfigFileSchema,
  heavy: true,
});
