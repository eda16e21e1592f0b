/** Not built yet. */
export default function SharingPage() {
  return null;
}
