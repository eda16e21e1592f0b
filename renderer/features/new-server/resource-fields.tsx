import { Text } from '@mantine/core';
import { useStore } from 'zustand';
import { hostStore } from '../../state/host-store.ts';
import { bytes } from '../../ui/format.ts';
import { Area, NumberField, type SectionProps } from './fields.tsx';
import { LimitField } from './limit-field.tsx';
import type { Recipe } from './recipe.ts';
import { strings } from './strings.ts';
import { cpuRange, memoryRange, whatIsLeft } from './what-is-left.ts';

const mebibyte = 1024 * 1024;
const none: readonly [] = [];

/** Memory, CPU and room, beside what the machine has left. More than that is warned of, not forbidden. */
export function ResourceFields(props: SectionProps & { advice: Recipe['memory'] }) {
  const { draft, advice } = props;
  const host = useStore(hostStore.store, (view) => view.host);
  const servers = useStore(hostStore.store, (view) => view.servers) ?? none;
  const left = whatIsLeft(host, servers);
  const wanted = draft.memory === null ? null : draft.memory * mebibyte;
  return (
    <Area title={strings.resources}>
      <LimitField
        {...props}
        field="memory"
        label={strings.memory}
        description={strings.memoryHelp(
          left === null ? '?' : bytes(left.memory),
          advice &&
            strings.memoryAdvice(bytes(advice.minimum * mebibyte), bytes(advice.recommended * mebibyte)),
        )}
        range={left && memoryRange(left)}
        format={(value) => bytes(value * mebibyte)}
      />
      {wanted !== null && left !== null && wanted > left.memory && <Warning text={strings.tooMuchMemory} />}
      {advice && draft.memory !== null && draft.memory < advice.minimum && (
        <Warning text={strings.tooLittleMemory(bytes(advice.minimum * mebibyte))} />
      )}
      <LimitField
        {...props}
        field="cpu"
        label={strings.cpu}
        description={strings.cpuHelp(host?.cpu.cores ?? 1, left === null ? null : left.cpu)}
        range={left && cpuRange(left)}
        format={strings.cores}
        decimalScale={2}
      />
      {draft.cpu !== null && left !== null && draft.cpu > left.cpu && <Warning text={strings.tooMuchCpu} />}
      <NumberField
        {...props}
        field="disk"
        label={strings.disk}
        description={strings.diskHelp(host === null ? '?' : bytes(host.disk.total - host.disk.used))}
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
