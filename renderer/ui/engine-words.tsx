import { Text } from '@mantine/core';
import { splitEngineWords } from '../../shared/model/engine-words.ts';
import { CopyButton } from './copy.tsx';

/** What the host says without the engine's own words: for where there is one line. */
export const sentenceOf = (text: string): string => splitEngineWords(text).sentence;

/** The engine's own words in what the host said, folded away, to be copied; nothing where there are none. */
export function EngineWords({ text }: { text: string }) {
  const { words } = splitEngineWords(text);
  if (words === null) return null;
  return (
    <details>
      <Text component="summary" size="sm" className="quiet" style={{ cursor: 'pointer' }}>
        Details
      </Text>
      <Text component="span" size="sm" className="script">
        {words}
      </Text>
      <CopyButton text={words} what="details" />
    </details>
  );
}
