/** Share of the data's highest point that stays free above it. */
const headRoom = 1.15;
/** From this share of its limit on a figure is shown together with the limit. */
const nearLimit = 0.6;

/**
 * The upper end of a chart's own scale: what is shown with some room above it, at least `least`. The limit belongs to it once the figure comes
 * near: far above it would press the line to the floor, and is told in words instead. Pure.
 */
export function scaleTop(max: number, { least, limit }: { least: number; limit: number | null }): number {
  const top = Math.max(least, max * headRoom);
  if (limit === null || max < limit * nearLimit) return top;
  return Math.max(top, limit * 1.05);
}
