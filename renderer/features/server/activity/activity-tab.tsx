import type { ServerSummary } from '../../../../shared/model/host.ts';

/** Not built yet. */
export default function ActivityTab({ server }: { server: ServerSummary }) {
  return <p>{server.name}</p>;
}
