import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { addPort } from '../../../shared/http/ports.ts';
import type { NetProtocol } from '../../../shared/model/server.ts';
import { api } from '../../link/api.ts';
import { ProtocolSelect } from '../../ui/protocol-select.tsx';
import { strings } from './strings.ts';

/** What was typed. Without `to`, one port is meant. */
interface TypedRange {
  ip: string;
  from: string;
  to: string;
  protocol: NetProtocol;
}

interface PortRange {
  first: number;
  last: number;
}

const portIn = (text: string): number | null => {
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : null;
};

/** What the typed texts mean: a range, a mistake in words, or neither as long as too little was typed. */
function rangeIn({ from, to }: TypedRange): { range: PortRange | null; mistake: string | null } {
  const [first, last] = [portIn(from), portIn(to === '' ? from : to)];
  if ((from !== '' && first === null) || (to !== '' && last === null))
    return { range: null, mistake: strings.badPort };
  if (first === null || last === null) return { range: null, mistake: null };
  return last < first
    ? { range: null, mistake: strings.badRange }
    : { range: { first, last }, mistake: null };
}

/** One port, or all from one to another; says before what it adds. */
export function AddPorts({ onAdded }: { onAdded: () => void }) {
  const [typed, setTyped] = useState<TypedRange>({ ip: '0.0.0.0', from: '', to: '', protocol: 'tcp' });
  const { range, mistake } = rangeIn(typed);
  const add = useMutation({
    mutationFn: ({ first, last }: PortRange) =>
      api.call(addPort, {
        body: {
          ip: typed.ip.trim(),
          port: first,
          protocol: typed.protocol,
          ...(last > first ? { end_port: last } : {}),
        },
      }),
    onSuccess: () => {
      setTyped((now) => ({ ...now, from: '', to: '' }));
      onAdded();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (range) add.mutate(range);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <Group gap="sm" align="flex-end">
          <RangeFields typed={typed} onChange={(changes) => setTyped((now) => ({ ...now, ...changes }))} />
          <Button type="submit" disabled={!range} loading={add.isPending}>
            {strings.add}
          </Button>
        </Group>
        {range && (
          <Text size="sm" className="quiet figures">
            {strings.preview(range.last - range.first + 1, range.first, range.last)}
          </Text>
        )}
        {(mistake ?? add.error) && (
          <Text size="sm" c="var(--state-bad)" role="alert">
            {mistake ?? add.error?.message}
          </Text>
        )}
      </Stack>
    </form>
  );
}

interface RangeFieldsProps {
  typed: TypedRange;
  onChange: (changes: Partial<TypedRange>) => void;
}

function RangeFields({ typed, onChange }: RangeFieldsProps) {
  return (
    <>
      <TextInput
        label={strings.ip}
        value={typed.ip}
        onChange={(event) => onChange({ ip: event.currentTarget.value })}
        w={150}
      />
      <TextInput
        label={strings.from}
        inputMode="numeric"
        value={typed.from}
        onChange={(event) => onChange({ from: event.currentTarget.value })}
        w={110}
      />
      <TextInput
        label={strings.to}
        inputMode="numeric"
        value={typed.to}
        onChange={(event) => onChange({ to: event.currentTarget.value })}
        w={150}
      />
      <ProtocolSelect
        label={strings.protocol}
        value={typed.protocol}
        onChange={(protocol) => onChange({ protocol })}
      />
    </>
  );
}
