import { ActionIcon } from '@mantine/core';
import { IconPlayerPlay, IconPlayerStop, IconRefresh } from '@tabler/icons-react';
import { memo } from 'react';
import { powerActionsIn } from '../../shared/model/power.ts';
import type { WireState } from '../../shared/model/server.ts';
import { usePower } from './power.ts';
import { powerStrings as strings } from './power-strings.ts';
import { usePermission } from './use-permission.ts';

const icons = { start: IconPlayerPlay, restart: IconRefresh, stop: IconPlayerStop };
const actions = ['restart', 'stop', 'start'] as const;

interface PowerIconsProps {
  id: string;
  name: string;
  state: WireState;
}

function Icons({ id, name, state }: PowerIconsProps) {
  const { may } = usePermission();
  const power = usePower(id);
  if (!may('power', id)) return null;
  const can = powerActionsIn(state);
  return actions
    .filter((action) => can.includes(action))
    .map((action) => {
      const Icon = icons[action];
      const label = strings.of(action, name);
      return (
        <ActionIcon
          key={action}
          data-tip={label}
          variant="subtle"
          color="gray"
          aria-label={label}
          onClick={() => power.mutate(action)}
        >
          <Icon size={16} />
        </ActionIcon>
      );
    });
}

/** Start, stop and restart where there is little room. A kill is on the server's own page. Figures of its server draw nothing of it anew. */
export const PowerIcons = memo(Icons);
