import { Text } from '@mantine/core';
import { splitEngineWords } from '../../shared/model/engine-words.ts';
import { hostText } from '../../shared/texts/host-text.ts';
import { textsOf } from '../../shared/texts/messages.ts';
import { CopyButton } from './copy.tsx';
import en from './texts/engine-words.en.json';

const t = textsOf('ui/engine-words', en);

/** What the host says, in the page's language and without the engine's own words: for where there is one line. */
export const sentenceOf = (text: string): string => hostText(splitEngineWords(text).sentence);

/** The engine's own words in what the host said, folded away, to be copied; nothing where there are none. */
export function EngineWords({ text }: { text: string }) {
  const { words } = splitEngineWords(text);
  if (words === null) return null;
  return (
    <details>
      <Text component="summary" size="sm" className="quiet" style={{ cursor: 'pointer' }}>
        {t('details')}
      </Text>
      <Text component="span" size="sm" className="script">
        {words}
      </Text>
      <CopyButton text={words} what={t('what')} />
    </details>
  );
}
