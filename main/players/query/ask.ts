import type { QueryKind } from '../../../shared/model/players.ts';
import { queryBedrock } from './bedrock.ts';
import type { AskPlayers, PlayerQuery } from './contract.ts';
import { queryMinecraft } from './minecraft.ts';
import { queryQuake3 } from './quake3.ts';
import { querySource } from './source.ts';
import { queryTeeworlds } from './teeworlds.ts';

const queries: Readonly<Record<QueryKind, PlayerQuery>> = {
  minecraft: queryMinecraft,
  bedrock: queryBedrock,
  source: querySource,
  quake3: queryQuake3,
  teeworlds: queryTeeworlds,
};

export const askPlayers: AskPlayers = (kind, address, signal) => queries[kind](address, signal);
