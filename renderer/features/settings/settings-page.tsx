/** Not built yet. */
export default function SettingsPage() {
  return null;
}
