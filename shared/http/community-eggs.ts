import { z } from 'zod';
import { operationSchema } from '../model/operation.ts';
import { defineRoute, noBody, nothing } from './route.ts';

/** A public repository of eggs. `fetched_at` in Unix milliseconds; null: never. */
export const communityRepositorySchema = z.object({
  id: z.string(),
  title: z.string(),
  home: z.string(),
  licence: z.string(),
  fetched_at: z.number().int().nullable(),
  eggs: z.number().int(),
});
export type CommunityRepository = z.infer<typeof communityRepositorySchema>;

/** An egg of one of them; `image` is the one that it runs in first. */
export const communityEggSchema = z.object({
  id: z.string(),
  repository: z.string(),
  path: z.string(),
  name: z.string(),
  author: z.string(),
  description: z.string(),
  image: z.string(),
  licence: z.string(),
});
export type CommunityEggEntry = z.infer<typeof communityEggSchema>;

export const searchCommunityEggs = defineRoute({
  method: 'GET',
  path: '/community-eggs',
  access: 'containers.read',
  summary: 'Search the eggs that were fetched of public repositories; each word must be somewhere in it',
  params: nothing,
  query: z.strictObject({
    search: z.string().max(200).default(''),
    repository: z.string().max(100).optional(),
    limit: z.coerce.number().int().min(1).max(500).default(100),
  }),
  body: noBody,
  status: 200,
  errors: [],
  /** `total`: all that were found, of which `eggs` are the first. */
  reply: z.object({
    repositories: z.array(communityRepositorySchema),
    total: z.number().int(),
    eggs: z.array(communityEggSchema),
  }),
});

export const readCommunityEgg = defineRoute({
  method: 'GET',
  path: '/community-eggs/:repository/:egg',
  access: 'containers.read',
  summary: 'The text of one of them, to be previewed, planned or imported',
  params: z.strictObject({ repository: z.string().max(100), egg: z.string().max(64) }),
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['not_found'],
  reply: z.object({ text: z.string() }),
});

export const refreshCommunityEggs = defineRoute({
  method: 'POST',
  path: '/community-eggs/refresh',
  access: 'containers.write',
  summary: 'Begin to fetch public repositories of eggs from their homes',
  params: nothing,
  query: nothing,
  body: z.strictObject({ repositories: z.array(z.string().max(100)).min(1).max(64) }),
  status: 202,
  errors: ['not_found', 'busy'],
  reply: operationSchema,
});
