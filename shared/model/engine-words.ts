/** Stands between a sentence for people and the engine's own words in the same text, which end with it. */
const marker = ' (the engine says: ';

/** The sentence, and behind it in brackets what the engine said itself: whoever shows it can fold that away. */
export function withEngineWords(sentence: string, words: string): string {
  return `${sentence}${marker}${words})`;
}

/** Takes apart what `withEngineWords` made; `words` is null where there are none. */
export function splitEngineWords(text: string): { sentence: string; words: string | null } {
  const at = text.indexOf(marker);
  if (at < 0 || !text.endsWith(')')) return { sentence: text, words: null };
  return { sentence: text.slice(0, at), words: text.slice(at + marker.length, -1) };
}
