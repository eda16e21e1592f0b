import type { GameId } from '../../shared/model/game.ts';

/** How a game is drawn: a tint (degrees of hue) and strokes in a square of 24. Our own drawings of what one does there, nobody's marks. */
interface GameGlyph {
  hue: number;
  path: string;
}

/** A ring, as strokes of a path. */
const ring = (x: number, y: number, r: number): string =>
  `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;

const gameGlyphs: Readonly<Record<GameId, GameGlyph>> = {
  // A block; a wall of strata; a parcel of blocks.
  'minecraft-java': { hue: 120, path: 'M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9' },
  'minecraft-bedrock': { hue: 150, path: 'M4 5h16v14H4zM4 9.7h16M4 14.3h16M9 5v4.7M15 9.7v4.6M9 14.3V19' },
  'minecraft-modpack': { hue: 95, path: 'M12 3l8 4.5v9L12 21l-8-4.5v-9zM12 9v6M9 12h6' },
  // A longship's sail.
  valheim: {
    hue: 205,
    path: 'M3 16c3 4 15 4 18 0M12 3v14M12 5c5 0 6 2 6 4s-1 4-6 4M12 5C7 5 6 7 6 9s1 4 6 4',
  },
  // A tree.
  terraria: { hue: 85, path: 'M12 21v-6M12 3l5 6h-3l4 6H6l4-6H7z' },
  // A gear.
  factorio: {
    hue: 28,
    path: `${ring(12, 12, 3)}${ring(12, 12, 6.5)}M12 2.5v3M12 18.5v3M2.5 12h3M18.5 12h3M5.3 5.3l2.1 2.1M16.6 16.6l2.1 2.1M5.3 18.7l2.1-2.1M16.6 7.4l2.1-2.1`,
  },
  // A pick.
  luanti: { hue: 175, path: 'M4 10c4-5 12-5 16 0M12 6.5V21M9.5 21h5' },
  // A paw.
  palworld: {
    hue: 195,
    path: `M12 12c-3 0-5.5 2.6-5.5 5.2 0 3 3.4 2 5.5 2s5.5 1 5.5-2C17.5 14.6 15 12 12 12z${ring(5, 10.5, 1.6)}${ring(9.5, 6, 1.8)}${ring(14.5, 6, 1.8)}${ring(19, 10.5, 1.6)}`,
  },
  // A house with boards on it.
  'project-zomboid': { hue: 0, path: 'M3.5 11L12 4l8.5 7M6 9.5V20h12V9.5M8.5 12.5l7 4M8.5 16.5l7-4' },
  // A fire.
  rust: {
    hue: 15,
    path: 'M12 3c.5 4 5 6 5 11a5 5 0 0 1-10 0c0-2 1-3.5 2.2-4.5 0 2 .8 3 1.8 3C13 10 10.5 7 12 3z',
  },
  // A works with its chimneys.
  satisfactory: { hue: 35, path: 'M3 20V11l5 3.5V11l5 3.5V11l4 2.5V4h3.5l.5 16zM7 17.5h2M12 17.5h2' },
  // A calendar's leaf with a seven.
  'seven-days-to-die': { hue: 350, path: 'M4 6h16v14H4zM8 3.5V8M16 3.5V8M9.5 11h5l-3 6.5' },
  // A sight.
  'counter-strike-2': { hue: 45, path: `${ring(12, 12, 7)}M12 2.5v6M12 15.5v6M2.5 12h6M15.5 12h6` },
  // Two halves of a shield.
  'team-fortress-2': { hue: 20, path: 'M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6zM12 3v18M4.5 12h15' },
  // A spanner.
  'garrys-mod': {
    hue: 220,
    path: 'M20 7.5a4.5 4.5 0 0 1-6.3 4.1L7 18.3a2 2 0 0 1-2.9-2.9l6.7-6.7A4.5 4.5 0 0 1 16.5 4l-2.7 2.7.7 2.8 2.8.7z',
  },
  // A microphone; a headset.
  mumble: {
    hue: 265,
    path: 'M12 3.5a2.5 2.5 0 0 0-2.5 2.5v6a2.5 2.5 0 0 0 5 0V6A2.5 2.5 0 0 0 12 3.5zM6 11.5a6 6 0 0 0 12 0M12 17.5V21M9 21h6',
  },
  teamspeak: {
    hue: 235,
    path: 'M4.5 14v-2a7.5 7.5 0 0 1 15 0v2M4.5 13.5h3v5h-3zM16.5 13.5h3v5h-3zM19 18.5c0 2-3 2.5-5 2.5',
  },
};

/** Of whatever we know no game by: a parcel. */
const otherGlyph: GameGlyph = {
  hue: 225,
  path: 'M3.5 8L12 4l8.5 4v8.5L12 21l-8.5-4.5zM3.5 8L12 12.5 20.5 8M12 12.5V21',
};

export const glyphOf = (id: GameId | null | undefined): GameGlyph => (id ? gameGlyphs[id] : otherGlyph);
