import { Select } from '@mantine/core';
import { useState } from 'react';
import { isLanguageChoice, keepLanguageChoice, keptLanguageChoice, languages } from '../../texts/language.ts';
import { passGuard } from '../../ui/leave-guard.ts';
import { strings } from './strings.ts';

const choices = [
  { value: 'system', label: strings.languageSystem },
  ...Object.entries(languages).map(([value, label]) => ({ value, label })),
];

/**
 * The page's language, kept in this browser. Texts are taken once, so the page is loaded anew; whoever has something unsaved open is asked
 * first, by us or by the browser.
 */
export function LanguageChoiceField() {
  const [choice, setChoice] = useState(keptLanguageChoice);
  const [isKept, setKept] = useState(true);
  const choose = (value: string | null): void => {
    if (!isLanguageChoice(value) || value === choice) return;
    passGuard(() => {
      const kept = keepLanguageChoice(value);
      setKept(kept);
      if (!kept) return;
      setChoice(value);
      window.location.reload();
    });
  };
  return (
    <Select
      label={strings.language}
      description={strings.languageHelp}
      error={isKept ? null : strings.languageNotKept}
      maw={280}
      data={choices}
      value={choice}
      onChange={choose}
      allowDeselect={false}
    />
  );
}
