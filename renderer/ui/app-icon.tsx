const deck = (y: number): string =>
  `M304 ${y}h416a76 76 0 0 1 0 152H304a76 76 0 0 1 0-152Zm40 24a52 52 0 1 0 0 104a52 52 0 0 0 0-104Z`;

/** The app's icon, as the system shows it: the drawing of build/icon.svg without the room around it. A test compares them. */
export function AppIcon({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="92 92 840 840" aria-hidden="true">
      <defs>
        <linearGradient id="night" x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stopColor="#1f2b4d" />
          <stop offset="1" stopColor="#0d1326" />
        </linearGradient>
      </defs>
      <rect x="100" y="100" width="824" height="824" rx="185" fill="url(#night)" />
      <circle cx="344" cy="308" r="40" fill="#40e0a0" />
      <circle cx="344" cy="512" r="40" fill="#40e0a0" />
      <circle cx="344" cy="716" r="40" fill="#ffc14d" />
      <g fill="#e9eefb" fillRule="evenodd">
        <path d={deck(232)} />
        <path d={deck(436)} />
        <path d={deck(640)} />
      </g>
    </svg>
  );
}
