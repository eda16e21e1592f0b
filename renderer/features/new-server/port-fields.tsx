import { Button, Group, NumberInput, Text } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ServerVariable } from '../../../shared/model/server-variable.ts';
import { hostText } from '../../../shared/texts/host-text.ts';
import { IconAction } from '../../ui/icon-action.tsx';
import { ProtocolSelect } from '../../ui/protocol-select.tsx';
import type { DraftPort } from './draft.ts';
import { Area, type SectionProps } from './fields.tsx';
import { type PoolInfo, proposeAnother } from './ports.ts';
import { strings } from './strings.ts';

/** The machine's port for each port of the game; with `isFree`, ports can be added and taken away, too. */
export function PortFields(
  props: SectionProps & { isFree: boolean; info: PoolInfo; variables: readonly ServerVariable[] },
) {
  const { draft, change, mistakes, isFree, info, variables } = props;
  const helpOf = ({ variable, isSame, container }: DraftPort): string =>
    hostText(variables.find(({ key }) => key === variable)?.description.trim() ?? '') ||
    (isSame ? strings.samePortHelp : strings.portHelp(container));
  const set = (index: number, changes: Partial<DraftPort>): void =>
    change({ ports: draft.ports.map((port, at) => (at === index ? { ...port, ...changes } : port)) });
  return (
    <Area title={strings.network}>
      <Text size="sm" className="quiet">
        {strings.networkHelp}
      </Text>
      {draft.ports.map((port, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a port is known by its place alone; all else of it is edited
        <Group key={index} align="flex-start" gap="sm" wrap="wrap">
          {isFree && <FreePort port={port} onChange={(changes) => set(index, changes)} />}
          <NumberInput
            label={isFree ? strings.hostPort : strings.portLabel(port.name, port.protocol)}
            {...(isFree ? {} : { description: helpOf(port) })}
            value={port.host ?? ''}
            onChange={(value) => set(index, { host: typeof value === 'number' ? value : null })}
            error={mistakes[`ports.${index}`]}
            allowNegative={false}
            allowDecimal={false}
            w={isFree ? 200 : '100%'}
            maw={isFree ? undefined : 420}
          />
          {isFree && (
            <IconAction
              label={strings.removePort}
              size="lg"
              isBesideField
              onClick={() => change({ ports: draft.ports.filter((_, at) => at !== index) })}
            >
              <IconTrash size={16} />
            </IconAction>
          )}
        </Group>
      ))}
      {isFree && (
        <Group>
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconPlus size={14} />}
            onClick={() => change({ ports: [...draft.ports, proposeAnother(draft.ports, info)] })}
          >
            {strings.addPort}
          </Button>
        </Group>
      )}
    </Area>
  );
}

function FreePort({ port, onChange }: { port: DraftPort; onChange: (changes: Partial<DraftPort>) => void }) {
  return (
    <>
      <NumberInput
        label={strings.containerPort}
        value={port.container}
        onChange={(value) => onChange({ container: typeof value === 'number' ? value : 0 })}
        allowNegative={false}
        allowDecimal={false}
        w={180}
      />
      <ProtocolSelect
        label={strings.protocol}
        value={port.protocol === 'udp' ? 'udp' : 'tcp'}
        onChange={(protocol) => onChange({ protocol })}
        width={110}
      />
    </>
  );
}
