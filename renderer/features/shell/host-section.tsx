import { Stack, Text } from '@mantine/core';
import { useStore } from 'zustand';
import { type HostView, hostStore } from '../../state/host-store.ts';
import { percent } from '../../ui/format.ts';
import { StateMark, stateAppearances } from '../../ui/state-badge.tsx';
import { strings } from './strings.ts';

/** This host: its name, and whether it and its engine are there. */
export function HostSection() {
  const name = useStore(hostStore.store, (view) => view.host?.name ?? 'Lightdeck');
  const status = useStore(hostStore.store, statusOf);
  const appearance = useStore(hostStore.store, hostAppearance);
  const figures = useStore(hostStore.store, figuresOf);
  return (
    <Stack gap={2} px={10} py={6}>
      <Text fw={600} className="ellipsis">
        {name}
      </Text>
      <span className="host-status quiet">
        <StateMark appearance={appearance} />
        <span className="ellipsis">{status}</span>
      </span>
      {figures !== null && (
        <Text size="xs" className="quiet figures ellipsis">
          {figures}
        </Text>
      )}
    </Stack>
  );
}

function statusOf({ host, link }: HostView): string {
  if (link.status === 'offline') return strings.unreachable;
  if (!host || link.status !== 'online') return strings.connecting;
  const { engine } = host;
  if (engine.status === 'down') return strings.noDocker;
  if (engine.status === 'connecting') return strings.lookingForDocker;
  return `${engine.kind === 'podman' ? 'Podman' : 'Docker'} ${engine.version.split('+')[0]}`;
}

function hostAppearance({ host, link }: HostView): (typeof stateAppearances)[keyof typeof stateAppearances] {
  if (link.status === 'offline') return stateAppearances.unknown;
  if (!host || link.status !== 'online') return stateAppearances.starting;
  const { status } = host.engine;
  return status === 'up'
    ? stateAppearances.running
    : status === 'down'
      ? stateAppearances.failed
      : stateAppearances.starting;
}

function figuresOf({ host, link }: HostView): string | null {
  if (!host || link.status !== 'online') return null;
  const { cpu, memory } = host;
  const used = memory.total > 0 ? (memory.used / memory.total) * 100 : 0;
  return `${strings.cpuOfHost(percent(cpu.usage / Math.max(1, cpu.cores)))} · ${strings.memoryOfHost(percent(used))}`;
}
