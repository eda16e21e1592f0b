import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { writeAtomically } from '../lib/write-atomically.ts';

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const coordinate = z.number().int().min(-100_000).max(100_000);
const size = z.number().int().min(1).max(100_000);
const placeSchema = z.object({
  x: coordinate,
  y: coordinate,
  width: size,
  height: size,
  maximized: z.boolean(),
});
/** Where the window was, in the screen's own points. */
export type WindowPlace = z.infer<typeof placeSchema>;

export const smallest = { width: 360, height: 400 };
const usual = { width: 1280, height: 800 };
/** Part of the window's title bar that has to be on a screen, so that it can be dragged. */
const grip = { width: 120, height: 40 };

/**
 * Where to open the window: where it was, if enough of it is still on a screen; else the usual size in the middle of the first screen. Never larger than
 * the screen, never smaller than it can be. `screens` are the parts of the screens that windows may use, the main one first.
 */
export function placeWindow(last: WindowPlace | null, screens: readonly Box[]): WindowPlace {
  const maximized = last?.maximized ?? false;
  for (const screen of last ? screens : []) {
    const box = sizeIn(last, screen);
    if (last && canBeGripped({ ...box, x: last.x, y: last.y }, screen))
      return { ...box, x: last.x, y: last.y, maximized };
  }
  const main = screens[0] ?? { x: 0, y: 0, ...usual };
  const { width, height } = sizeIn(last, main);
  const x = Math.round(main.x + Math.max(0, main.width - width) / 2);
  const y = Math.round(main.y + Math.max(0, main.height - height) / 2);
  return { x, y, width, height, maximized };
}

function sizeIn(last: WindowPlace | null, screen: Box): { width: number; height: number } {
  return {
    width: clamp(last?.width ?? usual.width, smallest.width, screen.width),
    height: clamp(last?.height ?? usual.height, smallest.height, screen.height),
  };
}

function canBeGripped({ x, y, width }: Box, screen: Box): boolean {
  const visible = Math.min(x + width, screen.x + screen.width) - Math.max(x, screen.x);
  return visible >= grip.width && y >= screen.y && y + grip.height <= screen.y + screen.height;
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}

/** What is asked of a window about its place. */
export interface PlacedWindow {
  getBounds(): Box;
  isMaximized(): boolean;
  isFullScreen(): boolean;
  isMinimized(): boolean;
}

/**
 * Where a window is now, for `placeWindow` of the next start; `before` is what this gave last. Maximised or on the full screen it keeps the
 * bounds of before: what systems say that it goes back to is wrong on X11, where it is the whole screen.
 */
export function placeOf(window: PlacedWindow, before: WindowPlace): WindowPlace {
  if (window.isMinimized()) return before;
  const maximized = window.isMaximized();
  if (maximized || window.isFullScreen()) return { ...before, maximized };
  return { ...window.getBounds(), maximized };
}

/** Null if there is none that makes sense. */
export function readPlace(path: string): WindowPlace | null {
  try {
    return placeSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}

/** Where the window was is no reason to fail. */
export function writePlace(path: string, place: WindowPlace): void {
  try {
    writeAtomically(path, `${JSON.stringify(place)}\n`);
  } catch {
    // A full disk, say: the next window opens at the usual place.
  }
}
