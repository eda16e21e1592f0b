import type { ServerSummary } from '../../../shared/model/host.ts';
import type { EndedRun } from '../server.ts';

export type RegistryEvent =
  | { type: 'changed'; summary: ServerSummary }
  | { type: 'removed'; id: string }
  /** What was decided about it is not what it was. */
  | { type: 'redefined'; id: string }
  /** It told its listeners this (S11), and whoever looks at all servers should know, too. */
  | { type: 'told'; id: string; text: string }
  /** A run begins: what its console prints from there on (bytes) is its own. `at`: Unix ms. */
  | { type: 'began'; id: string; at: number; from: number }
  /** A run has ended, or a start or an install came to nothing (`EndedRun`). */
  | ({ type: 'ended'; id: string; name: string } & EndedRun);
