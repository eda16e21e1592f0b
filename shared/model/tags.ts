import { z } from 'zod';

/** Bounds of a server's tags: how many, and how long each, in characters. */
export const maxTags = 16;
export const maxTagLength = 32;

/** Words that servers are grouped and found by. One that differs in nothing but case is the same. */
export const tagsSchema = z
  .array(
    z
      .string()
      .trim()
      .min(1, 'must not be empty')
      .max(maxTagLength)
      .regex(/^[^\p{Cc},]*$/u, 'must be one line without commas'),
  )
  .max(maxTags)
  .refine(
    (tags) => new Set(tags.map((tag) => tag.toLowerCase())).size === tags.length,
    'must not hold the same tag twice',
  );
