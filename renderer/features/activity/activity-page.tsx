/** Not built yet. */
export default function ActivityPage() {
  return null;
}
