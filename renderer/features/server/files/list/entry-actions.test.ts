import { expect, it } from 'vitest';
import type { FileEntry } from '../../../../../shared/http/files.ts';
import { entryActions } from './entry-actions.ts';

const entry = (name: string, type: FileEntry['type'] = 'file'): FileEntry => ({
  name,
  type,
  size: 0,
  modified_at: 0,
  link: false,
});
const none = () => {};
const deeds = {
  onOpen: none,
  onFollow: none,
  onAsk: none,
  onDownload: none,
  onExtract: none,
  onCopyPath: none,
};
const labels = (entries: FileEntry[], mayChange = true): string[] =>
  entryActions(entries, mayChange, deeds).map(({ label }) => label);

it('a menu has what can be done with what is chosen, by whoever may', () => {
  expect(labels([])).toEqual([]);
  expect(labels([entry('a.log')], false)).toEqual(['Open', 'Open at the end', 'Copy its path', 'Download']);
  expect(labels([entry('a.zip')])).toContain('Extract');
  expect(labels([entry('a.zip')])).not.toContain('Open at the end');
  expect(labels([entry('world', 'directory')])).not.toContain('Extract');
  expect(labels([entry('a'), entry('b')], false)).toEqual(['Download']);
  expect(labels([entry('a'), entry('b')])).toEqual(['Download', 'Move', 'Copy', 'Archive', 'Delete']);
});
