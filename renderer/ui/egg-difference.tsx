import { Accordion, Text } from '@mantine/core';
import type { EggChange } from '../../shared/http/egg-versions.ts';
import { hostText } from '../../shared/texts/host-text.ts';
import { strings } from './egg-difference-strings.ts';

const marks = { added: '+ ', removed: '− ', same: '  ', gap: '' } as const;

/** What two versions of an egg have differently: one line for each, which opens to its lines. */
export function EggDifference({ changes }: { changes: readonly EggChange[] }) {
  if (changes.length === 0) return <Text size="sm">{strings.layoutOnly}</Text>;
  return (
    <Accordion multiple variant="contained" keepMounted={false} aria-label={strings.title}>
      {changes.map(({ part, text, lines }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they don't change, and may be twice the same
        <Accordion.Item key={at} value={String(at)}>
          <Accordion.Control>
            <Text size="sm" className="wrapped">
              {hostText(text)}
            </Text>
          </Accordion.Control>
          <Accordion.Panel>
            <Lines part={part} lines={lines} />
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}

function Lines({ part, lines }: Pick<EggChange, 'part' | 'lines'>) {
  return (
    <pre className="script">
      {lines.map((line, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they don't change, and may be twice the same
        <span key={at} className={`diff-${line.kind}`}>
          {`${marks[line.kind]}${strings.line(part, line)}\n`}
        </span>
      ))}
    </pre>
  );
}
