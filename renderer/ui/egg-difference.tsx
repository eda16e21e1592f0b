import { Accordion, Text } from '@mantine/core';
import type { DiffLine, EggChange } from '../../shared/http/egg-versions.ts';
import { strings } from './egg-difference-strings.ts';

const marks = { added: '+ ', removed: '− ', same: '  ', gap: '' } as const;

/** What two versions of an egg have differently: one line for each, which opens to its lines. */
export function EggDifference({ changes }: { changes: readonly EggChange[] }) {
  if (changes.length === 0) return <Text size="sm">{strings.layoutOnly}</Text>;
  return (
    <Accordion multiple variant="contained" keepMounted={false} aria-label={strings.title}>
      {changes.map(({ text, lines }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they don't change, and may be twice the same
        <Accordion.Item key={at} value={String(at)}>
          <Accordion.Control>
            <Text size="sm" className="wrapped">
              {text}
            </Text>
          </Accordion.Control>
          <Accordion.Panel>
            <Lines lines={lines} />
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}

function Lines({ lines }: { lines: readonly DiffLine[] }) {
  return (
    <pre className="script">
      {lines.map(({ kind, text }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they don't change, and may be twice the same
        <span key={at} className={`diff-${kind}`}>
          {`${marks[kind]}${text}\n`}
        </span>
      ))}
    </pre>
  );
}
