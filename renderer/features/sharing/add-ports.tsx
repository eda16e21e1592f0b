import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { addPort } from '../../../shared/http/ports.ts';
import { api } from '../../link/api.ts';
import { strings } from './strings.ts';

const portIn = (text: string): number | null => {
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : null;
};

/** One port, or all from one to another; says before what it adds. */
export function AddPorts({ onAdded }: { onAdded: () => void }) {
  const [ip, setIp] = useState('0.0.0.0');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [protocol, setProtocol] = useState<'tcp' | 'udp'>('tcp');
  const [first, last] = [portIn(from), portIn(to === '' ? from : to)];
  const isRange = first !== null && last !== null && last >= first;
  const mistake =
    (from !== '' && first === null) || (to !== '' && last === null)
      ? strings.badPort
      : first !== null && last !== null && last < first
        ? strings.badRange
        : null;
  const add = useMutation({
    mutationFn: (range: { first: number; last: number }) =>
      api.call(addPort, {
        body: {
          ip: ip.trim(),
          port: range.first,
          protocol,
          ...(range.last > range.first ? { end_port: range.last } : {}),
        },
      }),
    onSuccess: () => {
      setFrom('');
      setTo('');
      onAdded();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isRange) add.mutate({ first, last });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <Group gap="sm" align="flex-end">
          <TextInput
            label={strings.ip}
            value={ip}
            onChange={(event) => setIp(event.currentTarget.value)}
            w={150}
          />
          <TextInput
            label={strings.from}
            inputMode="numeric"
            value={from}
            onChange={(event) => setFrom(event.currentTarget.value)}
            w={110}
          />
          <TextInput
            label={strings.to}
            inputMode="numeric"
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
            w={150}
          />
          <Select
            label={strings.protocol}
            data={['tcp', 'udp']}
            value={protocol}
            onChange={(value) => setProtocol(value === 'udp' ? 'udp' : 'tcp')}
            allowDeselect={false}
            w={90}
          />
          <Button type="submit" disabled={!isRange} loading={add.isPending}>
            {strings.add}
          </Button>
        </Group>
        {isRange && (
          <Text size="sm" className="quiet figures">
            {strings.preview(last - first + 1, first, last)}
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
