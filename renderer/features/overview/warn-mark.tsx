import type { ServerSummary } from '../../../shared/model/host.ts';
import { StateMark, warning } from '../../ui/state-badge.tsx';
import { useUnseenCrashes } from '../../ui/use-crashes.ts';
import { usePermission } from '../../ui/use-permission.ts';
import { manyRestarts } from './attention-order.ts';
import { strings } from './strings.ts';
import { restartsOf } from './troubled-servers.ts';

/** An amber mark beside a state that is well in itself: its volume is full, or it falls again and again. */
export default function WarnMark({ server: { internal_id: id, is_full } }: { server: ServerSummary }) {
  const { may } = usePermission();
  const { data } = useUnseenCrashes(may('console.read'));
  const restarts = restartsOf(id, data?.crashes ?? [], Date.now());
  const words = [
    is_full ? strings.isFull : null,
    restarts >= manyRestarts ? strings.restartedShort(restarts) : null,
  ].filter((word) => word !== null);
  if (words.length === 0) return null;
  return (
    <span className="warn-mark" title={words.join('. ')}>
      <StateMark appearance={warning} />
      <span className="visually-hidden">{words.join('. ')}</span>
    </span>
  );
}
