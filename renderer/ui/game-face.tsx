import type { CSSProperties } from 'react';
import type { GameId } from '../../shared/model/game.ts';
import { glyphOf } from './game-glyphs.ts';

interface GameFaceProps {
  /** Null: no game that we know. */
  game: GameId | null | undefined;
  /** Of the tile, in pixels. */
  size: number;
}

/** What game it is, at a glance. What it is called stands beside it. */
export function GameFace({ game, size }: GameFaceProps) {
  const { hue, path } = glyphOf(game);
  const style: CSSProperties & { '--hue': number } = { '--hue': hue, width: size, height: size };
  return (
    <span className="game-face" style={style} aria-hidden="true">
      <svg width={size * 0.66} height={size * 0.66} viewBox="0 0 24 24" fill="none" aria-hidden="true">
        <path
          d={path}
          stroke="currentColor"
          strokeWidth={size < 28 ? 2.2 : 1.7}
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
    </span>
  );
}
