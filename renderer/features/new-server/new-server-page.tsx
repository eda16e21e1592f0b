/** Not built yet. */
export default function NewServerPage() {
  return null;
}
