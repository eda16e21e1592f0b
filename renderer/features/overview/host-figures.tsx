import { Group, Progress, Stack, Text } from '@mantine/core';
import { useStore } from 'zustand';
import { hostStore } from '../../state/host-store.ts';
import { bytes, percent } from '../../ui/format.ts';
import { words } from './words.ts';

/** The machine itself: CPU, memory, disk. */
export function HostFigures() {
  const host = useStore(hostStore.store, (view) => view.host);
  if (!host) return null;
  const cpu = host.cpu.usage / Math.max(1, host.cpu.cores);
  return (
    <Group grow gap="md" preventGrowOverflow={false} wrap="wrap">
      <Figure label={words.cpu} value={percent(cpu)} share={cpu} />
      <Figure label={words.memory} {...ofTotal(host.memory)} />
      <Figure label={words.disk} {...ofTotal(host.disk)} />
    </Group>
  );
}

function ofTotal({ used, total }: { used: number; total: number }): { value: string; share: number } {
  return { value: words.of(bytes(used), bytes(total)), share: total > 0 ? (used / total) * 100 : 0 };
}

function Figure({ label, value, share }: { label: string; value: string; share: number }) {
  const color = share > 95 ? 'red' : share > 85 ? 'yellow' : 'indigo';
  return (
    <Stack className="surface" gap={6} p="md" miw={200}>
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" className="quiet">
          {label}
        </Text>
        <Text size="sm" className="figures" fw={500}>
          {value}
        </Text>
      </Group>
      <Progress value={share} color={color} size="sm" aria-label={`${label}: ${value}`} />
    </Stack>
  );
}
