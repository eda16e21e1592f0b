import { Progress } from '@mantine/core';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { hostStore } from '../../state/host-store.ts';
import { bytes, percent } from '../../ui/format.ts';
import { strings } from './strings.ts';

/** The machine itself in one line: CPU, memory, disk; and what of it the servers take. */
export function HostFigures() {
  const host = useStore(hostStore.store, (view) => view.host);
  const ours = useStore(
    hostStore.store,
    useShallow(({ servers }) => ({
      cpu: Math.round((servers ?? []).reduce((sum, { stats }) => sum + (stats?.cpu_usage ?? 0), 0)),
      memory: (servers ?? []).reduce((sum, { stats }) => sum + (stats?.memory_usage ?? 0), 0),
    })),
  );
  if (!host) return <div style={{ height: 32 }} />;
  const cores = Math.max(1, host.cpu.cores);
  const cpu = host.cpu.usage / cores;
  return (
    <section aria-label={strings.host} className="host-figures">
      <Figure
        label={strings.cpu}
        value={percent(cpu)}
        beside={strings.serversShare(percent(ours.cpu / cores))}
        title={strings.cores(host.cpu.cores)}
        share={cpu}
      />
      <Figure
        label={strings.memory}
        {...ofTotal(host.memory)}
        beside={strings.serversShare(bytes(ours.memory))}
      />
      <Figure
        label={strings.disk}
        {...ofTotal(host.disk)}
        beside={strings.free(bytes(Math.max(0, host.disk.total - host.disk.used)))}
      />
    </section>
  );
}

function ofTotal({ used, total }: { used: number; total: number }): Pick<FigureProps, 'value' | 'share'> {
  return { value: strings.of(bytes(used), bytes(total)), share: total > 0 ? (used / total) * 100 : 0 };
}

interface FigureProps {
  label: string;
  value: string;
  beside: string;
  share: number;
  /** Told to whoever points at it. */
  title?: string;
}

function Figure({ label, value, beside, share, title }: FigureProps) {
  const color = share > 95 ? 'red' : share > 85 ? 'yellow' : 'indigo';
  return (
    <div className="figures" title={title}>
      <span className="quiet">{label}</span>
      <Progress value={share} color={color} size="sm" w={36} aria-label={`${label}: ${value}`} />
      <span style={{ fontWeight: 500 }}>{value}</span>
      <span className="quiet beside">{beside}</span>
    </div>
  );
}
