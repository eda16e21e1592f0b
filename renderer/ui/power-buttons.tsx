import { Button } from '@mantine/core';
import { IconPlayerPlay, IconPlayerStop, IconRefresh } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { powerActionsIn } from '../../shared/model/power.ts';
import type { WireState } from '../../shared/model/server.ts';
import type { PowerAction } from '../../shared/protocol/client-events.ts';
import { loadPart } from './load-part.ts';
import { usePower } from './power.ts';
import { powerStrings as strings } from './power-strings.ts';
import { usePermission } from './use-permission.ts';

/** Nobody's first click. */
const KillMenu = lazy(loadPart(() => import('./kill-menu.tsx')));

interface PowerButtonsProps {
  id: string;
  name: string;
  state: WireState;
  compact?: boolean;
}

/** Start, stop and restart by one click; a kill is asked about. Nothing for a token that may do none of it. */
export function PowerButtons(props: PowerButtonsProps) {
  const { may } = usePermission();
  return may('power', props.id) ? <Buttons {...props} /> : null;
}

function Buttons({ id, name, state, compact = false }: PowerButtonsProps) {
  const dots = compact ? 26 : 36;
  const power = usePower(id);
  const can = powerActionsIn(state);
  const size = compact ? 'compact-sm' : 'sm';
  const act = (action: PowerAction) => () => power.mutate(action);
  return (
    <>
      {(can.includes('start') || can.length === 0) && (
        <Button
          size={size}
          variant={compact ? 'default' : 'filled'}
          leftSection={<IconPlayerPlay size={14} />}
          disabled={!can.includes('start')}
          onClick={act('start')}
        >
          {strings.start}
        </Button>
      )}
      {(can.includes('stop') || state === 'stopping') && (
        <Button
          size={size}
          variant="default"
          leftSection={<IconPlayerStop size={14} />}
          disabled={!can.includes('stop')}
          onClick={act('stop')}
        >
          {strings.stop}
        </Button>
      )}
      {can.includes('restart') && (
        <Button
          size={size}
          variant="default"
          leftSection={<IconRefresh size={14} />}
          onClick={act('restart')}
        >
          {strings.restart}
        </Button>
      )}
      {can.includes('kill') && (
        <Suspense fallback={<span style={{ width: dots }} />}>
          <KillMenu name={name} size={dots} onKill={act('kill')} />
        </Suspense>
      )}
    </>
  );
}
