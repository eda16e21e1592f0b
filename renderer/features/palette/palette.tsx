/** Not built yet: Ctrl/Cmd+K. */
export function Palette() {
  return null;
}
