import { Alert, Button, Group, NumberInput, Select, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { addPort } from '../../../shared/http/ports.ts';
import { api, queryClient } from '../../link/api.ts';
import { words } from './words.ts';

const numberOf = (value: string | number): number | null => (typeof value === 'number' ? value : null);

/** One port, or a range of them, into the pool. */
export function AddPorts() {
  const [from, setFrom] = useState<number | null>(null);
  const [to, setTo] = useState<number | null>(null);
  const [protocol, setProtocol] = useState<'tcp' | 'udp'>('tcp');
  const [ip, setIp] = useState('0.0.0.0');
  const add = useMutation({
    mutationFn: (port: number) =>
      api.call(addPort, { body: { ip, port, protocol, ...(to === null ? {} : { end_port: to }) } }),
    onSuccess({ added }) {
      notifications.show({ message: words.added(added ?? 1) });
      setFrom(null);
      setTo(null);
      return queryClient.invalidateQueries({ queryKey: ['ports'] });
    },
  });
  const isBackwards = from !== null && to !== null && to < from;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (from !== null && !isBackwards) add.mutate(from);
  };
  return (
    <form onSubmit={submit} noValidate aria-label={words.add}>
      <Group gap="sm" align="flex-start" className="surface" p="md">
        <NumberInput
          label={words.from}
          value={from ?? ''}
          onChange={(value) => setFrom(numberOf(value))}
          min={1}
          max={65_535}
          allowDecimal={false}
          w={130}
        />
        <NumberInput
          label={words.to}
          placeholder={words.toHelp}
          value={to ?? ''}
          onChange={(value) => setTo(numberOf(value))}
          error={isBackwards ? words.badRange : null}
          min={1}
          max={65_535}
          allowDecimal={false}
          w={190}
        />
        <Select
          label={words.protocol}
          data={['tcp', 'udp']}
          value={protocol}
          onChange={(value) => setProtocol(value === 'udp' ? 'udp' : 'tcp')}
          allowDeselect={false}
          w={100}
        />
        <TextInput
          label={words.address}
          title={words.addressHelp}
          value={ip}
          onChange={(event) => setIp(event.currentTarget.value)}
          w={150}
        />
        <Button type="submit" mt={24} disabled={from === null || isBackwards} loading={add.isPending}>
          {words.add}
        </Button>
      </Group>
      {add.error && (
        <Alert color="red" title={words.failed} role="alert">
          {add.error.message}
        </Alert>
      )}
    </form>
  );
}
