import { Group, Progress, Stack, Text } from '@mantine/core';
import { useStore } from 'zustand';
import { hostStore } from '../../state/host-store.ts';
import { bytes, percent } from '../../ui/format.ts';
import { strings } from './strings.ts';

/** The machine itself: CPU, memory, disk. */
export function HostFigures() {
  const host = useStore(hostStore.store, (view) => view.host);
  if (!host) return <div style={{ height: 78 }} />;
  const cpu = host.cpu.usage / Math.max(1, host.cpu.cores);
  return (
    <section aria-label={strings.host} className="host-figures">
      <Figure label={strings.cpu} value={percent(cpu)} beside={strings.cores(host.cpu.cores)} share={cpu} />
      <Figure label={strings.memory} {...ofTotal(host.memory)} />
      <Figure label={strings.disk} {...ofTotal(host.disk)} />
    </section>
  );
}

function ofTotal({ used, total }: { used: number; total: number }): Omit<FigureProps, 'label'> {
  return {
    value: strings.of(bytes(used), bytes(total)),
    beside: strings.free(bytes(Math.max(0, total - used))),
    share: total > 0 ? (used / total) * 100 : 0,
  };
}

interface FigureProps {
  label: string;
  value: string;
  beside: string;
  share: number;
}

function Figure({ label, value, beside, share }: FigureProps) {
  const color = share > 95 ? 'red' : share > 85 ? 'yellow' : 'indigo';
  return (
    <Stack className="surface" gap={6} p="md">
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="sm" className="quiet">
          {label}
        </Text>
        <Text size="sm" className="figures ellipsis" fw={500}>
          {value}
        </Text>
      </Group>
      <Progress value={share} color={color} size="sm" aria-label={`${label}: ${value}`} />
      <Text size="xs" className="quiet figures beside" ta="right">
        {beside}
      </Text>
    </Stack>
  );
}
