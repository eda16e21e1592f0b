import { Text } from '@mantine/core';
import { useStore } from 'zustand';
import type { Template } from '../../../shared/templates/template.ts';
import { hostStore } from '../../state/host-store.ts';
import { bytes } from '../../ui/format.ts';
import { Area, NumberField, type SectionProps } from './fields.tsx';
import { words } from './words.ts';

const mebibyte = 1024 * 1024;

/** Memory, CPU and room, beside what the machine has left. More than that is warned of, not forbidden. */
export function ResourceFields(props: SectionProps & { template: Template | null }) {
  const { draft, template } = props;
  const host = useStore(hostStore.store, (view) => view.host);
  const promised = useStore(hostStore.store, (view) =>
    (view.servers ?? []).reduce((sum, { limits }) => sum + (limits.memory ?? 0), 0),
  );
  const left = host === null ? null : Math.max(0, host.memory.total - promised);
  const advice = template?.memory ?? null;
  const wanted = draft.memory === null ? null : draft.memory * mebibyte;
  return (
    <Area title={words.resources}>
      <NumberField
        {...props}
        field="memory"
        label={words.memory}
        description={words.memoryHelp(
          left === null ? '?' : bytes(left),
          advice &&
            words.memoryAdvice(bytes(advice.minimum * mebibyte), bytes(advice.recommended * mebibyte)),
        )}
        step={512}
        min={0}
      />
      {wanted !== null && left !== null && wanted > left && <Warning text={words.tooMuchMemory} />}
      {advice && draft.memory !== null && draft.memory < advice.minimum && (
        <Warning text={words.tooLittleMemory(bytes(advice.minimum * mebibyte))} />
      )}
      <NumberField
        {...props}
        field="cpu"
        label={words.cpu}
        description={words.cpuHelp(host?.cpu.cores ?? 1)}
        step={0.5}
        min={0}
        decimalScale={2}
      />
      <NumberField
        {...props}
        field="disk"
        label={words.disk}
        description={words.diskHelp(host === null ? '?' : bytes(host.disk.total - host.disk.used))}
        step={1024}
        min={1}
        required
      />
    </Area>
  );
}

function Warning({ text }: { text: string }) {
  return (
    <Text size="sm" role="status" c="var(--state-busy)">
      {text}
    </Text>
  );
}
