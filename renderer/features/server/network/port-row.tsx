import { Button, Group, NumberInput, Select, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconTrash, IconWand } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useStore } from 'zustand';
import type { PortCheck } from '../../../../shared/http/ports.ts';
import type { LanAddress } from '../../../../shared/model/host.ts';
import { findServer, hostStore } from '../../../state/host-store.ts';
import { IconAction } from '../../../ui/icon-action.tsx';
import { holderOf } from '../../../ui/port-holder.ts';
import { ProtocolSelect } from '../../../ui/protocol-select.tsx';
import { portCheck, proposePort } from './port-check.ts';
import { isPort, type Row } from './rebind.ts';
import { strings } from './strings.ts';

interface PortRowProps {
  server: string;
  row: Row;
  others: readonly Row[];
  interfaces: readonly LanAddress[] | null;
  /** What is wrong with the row, as far as it is to be shown. */
  problem: string | null;
  isChecked: boolean;
  onChange: (changes: Partial<Row>) => void;
  onRemove: () => void;
}

/** Until somebody who types is done, in ms. */
const typingMs = 300;

const numberOf = (value: string | number): number | null => (typeof value === 'number' ? value : null);

export function PortRow(props: PortRowProps) {
  const { server, row, others, interfaces, isChecked, onChange, onRemove } = props;
  const taken = useTaken(server, row);
  const problem = props.problem ?? taken?.text ?? null;
  const propose = useMutation({
    mutationFn: () =>
      proposePort(
        server,
        { ip: row.ip, port: Math.min(65_535, (row.host ?? 25_564) + 1), protocol: row.protocol },
        others.map(({ host }) => host),
      ),
    onSuccess: (host) => host !== null && onChange({ host }),
  });
  const free = taken?.free ?? null;
  return (
    <Stack gap={4}>
      <Group gap="sm" align="flex-start">
        <Select
          label={strings.bindTo}
          data={choicesOf(row.ip, interfaces)}
          value={row.ip}
          onChange={(ip) => ip !== null && onChange({ ip })}
          allowDeselect={false}
          w={250}
        />
        <Group gap={2} wrap="nowrap" align="flex-start">
          <NumberInput
            label={strings.hostPort}
            value={row.host ?? ''}
            onChange={(value) => onChange({ host: numberOf(value) })}
            error={problem !== null}
            allowDecimal={false}
            allowNegative={false}
            w={170}
          />
          <IconAction label={strings.propose} size="lg" isBesideField onClick={() => propose.mutate()}>
            <IconWand size={16} />
          </IconAction>
        </Group>
        <NumberInput
          label={strings.containerPort}
          value={row.container ?? ''}
          onChange={(value) => onChange({ container: numberOf(value) })}
          error={isChecked && !isPort(row.container) ? strings.needsPort : null}
          allowDecimal={false}
          allowNegative={false}
          w={130}
        />
        <ProtocolSelect
          label={strings.protocol}
          value={row.protocol}
          onChange={(protocol) => onChange({ protocol })}
        />
        <IconAction label={strings.remove(row.host)} size="lg" isBesideField onClick={onRemove}>
          <IconTrash size={16} />
        </IconAction>
      </Group>
      {problem !== null && (
        <Group gap="xs">
          <Text size="sm" c="var(--state-bad)" role="status">
            {problem}
          </Text>
          {free !== null && (
            <Button
              variant="default"
              size="compact-xs"
              type="button"
              onClick={() => onChange({ host: free })}
            >
              {strings.take(free)}
            </Button>
          )}
        </Group>
      )}
    </Stack>
  );
}

interface Taken {
  text: string;
  free: number | null;
}

/** Who has the row's port, a moment after it was typed; null if nobody does, or nobody knows. */
function useTaken(server: string, row: Row): Taken | null {
  const [{ ip, host, protocol }] = useDebouncedValue(row, typingMs);
  const query = useQuery({
    ...portCheck(server, { ip, port: host ?? 0, protocol }),
    enabled: isPort(host),
  });
  const found = query.data ?? null;
  const holder = useStore(hostStore.store, (view) =>
    found === null ? '' : holderOf(found, (id) => findServer(view, id)?.name ?? id),
  );
  if (found === null || !isOf(found, row)) return null;
  return { text: strings.taken(found.port, holder), free: found.next_free };
}

const isOf = (found: PortCheck, { host, protocol }: Row): boolean =>
  found.in_use && found.port === host && found.protocol === protocol;

function choicesOf(ip: string, interfaces: readonly LanAddress[] | null): { value: string; label: string }[] {
  const named = [
    { value: '0.0.0.0', label: strings.everywhere },
    { value: '::', label: strings.everywhereIpv6 },
    ...(interfaces ?? []).map((one) => ({
      value: one.address,
      label: `${one.interface}: ${one.address}`,
    })),
    { value: '127.0.0.1', label: strings.here },
  ];
  return named.some(({ value }) => value === ip) ? named : [...named, { value: ip, label: ip }];
}
