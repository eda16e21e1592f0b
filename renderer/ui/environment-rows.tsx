import { AddRowButton } from './add-row-button.tsx';
import { type EnvironmentRow, pastedRows, environmentStrings as strings } from './environment.ts';
import { EnvironmentRowFields } from './environment-row-fields.tsx';
import { changeRow, nextKey, removeRow } from './rows.ts';

interface EnvironmentRowsProps {
  rows: readonly EnvironmentRow[];
  onChange: (rows: EnvironmentRow[]) => void;
  /** What is wrong with a name or a value, in words, as far as it is to be shown. */
  problem: (row: EnvironmentRow) => string | null | undefined;
  valueProblem?: (row: EnvironmentRow) => string | null | undefined;
}

/** An editor of environment variables: a row each. Lines of `NAME=value` can be pasted into a name. */
export function EnvironmentRows({ rows, onChange, problem, valueProblem }: EnvironmentRowsProps) {
  const paste = (row: EnvironmentRow, text: string): boolean => {
    const found = pastedRows(text);
    if (found === null) return false;
    const first = nextKey(rows);
    const added = found.map((one, index) => ({ ...one, key: first + index }));
    onChange(rows.flatMap((one) => (one.key === row.key ? added : [one])));
    return true;
  };
  return (
    <>
      {rows.map((row) => (
        <EnvironmentRowFields
          key={row.key}
          row={row}
          badName={problem(row)}
          badValue={valueProblem?.(row)}
          onChange={(changes) => onChange(changeRow(rows, row.key, changes))}
          onRemove={() => onChange(removeRow(rows, row.key))}
          onPaste={(text) => paste(row, text)}
        />
      ))}
      <AddRowButton
        label={strings.add}
        onClick={() => onChange([...rows, { key: nextKey(rows), name: '', value: '' }])}
      />
    </>
  );
}
