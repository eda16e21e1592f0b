import { z } from 'zod';
import { defineRoute, idParams, noBody, nothing } from './route.ts';

/** 1–64 of `A-Za-z0-9_.@-`, not beginning with a dash or a dot, so that it is never taken for an option. */
export const sftpUsernameSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}$/,
    'must be 1 to 64 of A-Z a-z 0-9 _ . @ - and begin with a letter, a digit or _',
  );

/** Bounds of a password that the caller chooses, in characters. */
export const sftpPasswordSchema = z
  .string()
  .min(8, 'must be at least 8 characters long')
  .max(128, 'must be at most 128 characters long')
  .regex(/^[^\x00-\x1f\x7f]*$/, 'must not contain control characters');

/** Where to connect. `port` is the real one while the server listens, else the configured one. */
const place = {
  username: z.string(),
  /** The configured address: `0.0.0.0` means every address of the host. */
  host: z.string(),
  port: z.number().int(),
  volume_path: z.literal('/home/container'),
};

/** Whether SFTP can be used right now, and why not. */
export const sftpStateSchema = z.enum(['listening', 'disabled', 'failed']);
export type SftpState = z.infer<typeof sftpStateSchema>;

/** A server's SFTP login without its password. Times in Unix seconds. */
export const sftpInfoSchema = z.object({
  ...place,
  created_at: z.number().int(),
  updated_at: z.number().int(),
  state: sftpStateSchema,
  /** Why it failed, in words; null unless it did. */
  problem: z.string().nullable(),
  /** `SHA256:…` of the host's key, as clients show it; null before there is one. */
  host_key: z.string().nullable(),
});
export type SftpInfo = z.infer<typeof sftpInfoSchema>;

export const sftpCredentialsSchema = z.object({ ...place, password: z.string() });
export type SftpCredentials = z.infer<typeof sftpCredentialsSchema>;

const credentialsBody = z
  .strictObject({ username: sftpUsernameSchema.optional(), password: sftpPasswordSchema.optional() })
  .prefault({});
export type SftpCredentialsInput = z.infer<typeof credentialsBody>;

export const resetSftpCredentials = defineRoute({
  method: 'POST',
  path: '/containers/:id/sftp/credentials',
  access: 'files.write',
  server: 'id',
  summary: 'Make or reset the SFTP login of a server; ends its open sessions',
  params: idParams,
  query: nothing,
  body: credentialsBody,
  status: 200,
  errors: ['not_found', 'conflict'],
  reply: sftpCredentialsSchema,
});

export const getSftpInfo = defineRoute({
  method: 'GET',
  path: '/containers/:id/sftp/info',
  access: 'files.read',
  server: 'id',
  summary: 'The SFTP login of a server, without its password',
  params: idParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['not_found'],
  reply: sftpInfoSchema,
});
