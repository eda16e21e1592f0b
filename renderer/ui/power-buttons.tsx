import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconDots, IconPlayerPlay, IconPlayerStop, IconRefresh, IconSkull } from '@tabler/icons-react';
import { useState } from 'react';
import { powerActionsIn } from '../../shared/model/power.ts';
import type { WireState } from '../../shared/model/server.ts';
import type { PowerAction } from '../../shared/protocol/client-events.ts';
import { Confirm } from './confirm.tsx';
import { usePower } from './power.ts';
import { powerStrings as strings } from './power-strings.ts';
import { usePermission } from './use-permission.ts';

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
  const [isKilling, setKilling] = useState(false);
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
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="default" size={compact ? 26 : 36} aria-label={strings.more}>
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item color="red" leftSection={<IconSkull size={14} />} onClick={() => setKilling(true)}>
              {strings.kill}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      <Confirm
        opened={isKilling}
        onClose={() => setKilling(false)}
        onConfirm={() => {
          setKilling(false);
          power.mutate('kill');
        }}
        title={strings.killTitle(name)}
        action={strings.kill}
      >
        {strings.killLoses}
      </Confirm>
    </>
  );
}
