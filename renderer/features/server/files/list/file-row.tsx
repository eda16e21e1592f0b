import { ActionIcon, Checkbox, Text } from '@mantine/core';
import { IconDots, IconFile, IconFileZip, IconFolder, IconPhoto } from '@tabler/icons-react';
import type { ChangeEvent } from 'react';
import { Link } from 'wouter';
import type { FileEntry } from '../../../../../shared/http/files.ts';
import { bytes, moment } from '../../../../ui/format.ts';
import { isArchive, pictureType } from '../paths.ts';
import { strings } from '../strings.ts';
import type { MenuPlace } from './row-menu.tsx';
import type { Pick } from './selection.ts';

interface FileCellsProps {
  entry: FileEntry;
  address: string;
  isSelected: boolean;
  onPick: (pick: Pick) => void;
  onMenu: (place: MenuPlace) => void;
}

interface FileRowProps extends FileCellsProps {
  /** Its place among all entries, from 0. */
  index: number;
  /** Where it stands in the list, in pixels. */
  top: number;
}

/** One entry. Keys and clicks on it are heard by the table. */
export function FileRow({ index, top, ...cells }: FileRowProps) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className="file-row"
      data-index={index}
      data-selected={cells.isSelected || undefined}
      style={{ position: 'absolute', inset: '0 0 auto', transform: `translateY(${top}px)` }}
    >
      <FileCells {...cells} />
    </div>
  );
}

/** Its name is a link to what it opens. */
function FileCells({ entry, address, isSelected, onPick, onMenu }: FileCellsProps) {
  const { name, type, size, modified_at, link } = entry;
  const isFolder = type === 'directory';
  const Icon = isFolder ? IconFolder : iconOf(name);
  const tick = ({ nativeEvent }: ChangeEvent): void =>
    onPick({ isRange: nativeEvent instanceof MouseEvent && nativeEvent.shiftKey, isToggle: true });
  return (
    <>
      <span role="cell">
        <Checkbox size="xs" aria-label={strings.select(name)} checked={isSelected} onChange={tick} />
      </span>
      <span role="cell" className="file-name">
        <Icon size={16} aria-hidden="true" />
        <Link href={address} className="ellipsis" title={name}>
          {name}
        </Link>
        {link && (
          <Text component="span" size="xs" className="quiet">
            {strings.link}
          </Text>
        )}
      </span>
      <span role="cell" className="file-size figures quiet">
        {isFolder ? '' : bytes(size)}
      </span>
      <span role="cell" className="file-changed figures quiet">
        {moment(modified_at * 1000)}
      </span>
      <span role="cell">
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={strings.actionsFor(name)}
          aria-haspopup="menu"
          onClick={({ currentTarget }) => {
            const { left, bottom } = currentTarget.getBoundingClientRect();
            onMenu({ x: left, y: bottom });
          }}
        >
          <IconDots size={16} />
        </ActionIcon>
      </span>
    </>
  );
}

function iconOf(name: string) {
  if (isArchive(name)) return IconFileZip;
  return pictureType(name) === null ? IconFile : IconPhoto;
}
