import type { ServerSummary } from '../../../shared/model/host.ts';
import { Attention } from './attention.tsx';
import { EngineLacks } from './engine-lacks.tsx';
import { LeftBehind } from './left-behind.tsx';

/** All that is only there on some days: it is loaded after the page. `servers` null: not told yet. */
export default function WhatIsUp({ servers }: { servers: readonly ServerSummary[] | null }) {
  return (
    <>
      {servers !== null && <Attention servers={servers} />}
      <LeftBehind />
      <EngineLacks />
    </>
  );
}
