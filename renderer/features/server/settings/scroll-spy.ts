/**
 * Which of the sections is being read: the last one whose top is above `line`, and at the very end the last of all. `tops` are in
 * their order, in pixels from the window's top. The first one where none is.
 */
export function sectionAt(tops: readonly number[], line: number, isAtEnd: boolean): number {
  if (isAtEnd && tops.length > 0) return tops.length - 1;
  let found = 0;
  tops.forEach((top, index) => {
    if (top <= line) found = index;
  });
  return found;
}
