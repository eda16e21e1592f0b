import { z } from 'zod';
import { keepRulesSchema } from './backup.ts';

const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((value) => !/[\0\r\n]/.test(value), 'must be one line');

export const copyTargetName = text(64);
/** `SHA256:` and 43 characters, as a client shows it at its first connection. */
export const fingerprintSchema = z
  .string()
  .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'must be SHA256: and 43 characters, as the server shows it');

/** An SFTP server, without what logs in there. */
export const copyServerSchema = z.strictObject({
  host: text(255).refine((host) => !/\s/.test(host), 'must not contain spaces'),
  port: z.number().int().min(1).max(65_535).default(22),
});

/** What logs in: one of the two. Never given back. */
export const copySecretFields = {
  password: z.string().min(1).max(1024).optional(),
  private_key: z.string().min(1).max(16_384).optional(),
  /** Of the key. */
  passphrase: z.string().max(1024).optional(),
};

/** Where copies of backups go, off this machine. */
export const copyTargetSchema = z.object({
  id: z.string(),
  name: z.string(),
  host: z.string(),
  port: z.number().int(),
  username: z.string(),
  folder: z.string(),
  fingerprint: z.string(),
  auth: z.enum(['password', 'key']),
  /** Whether each backup is copied there as soon as it is made. */
  automatic: z.boolean(),
  /** What is kept there of each server's backups, applied after each copy; null: all. */
  keep: keepRulesSchema.nullable().default(null),
});
export type CopyTarget = z.infer<typeof copyTargetSchema>;

/** A backup that was copied. `at` is Unix ms. */
export const backupCopySchema = z.object({ backup: z.string(), target: z.string(), at: z.number() });
export type BackupCopy = z.infer<typeof backupCopySchema>;

export const sftpFolder = text(1024);
export const sftpUser = text(128);
