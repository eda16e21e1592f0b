/** The versions that Lightd writes into its file, which is laid out like ours. */
const lightdVersion = /^0\.\d+\.\d+$/;

/** The version of Lightd that wrote this file; null if it was not Lightd. */
export function lightdVersionOf(raw: unknown): string | null {
  const version = typeof raw === 'object' && raw !== null && 'version' in raw ? raw.version : null;
  return typeof version === 'string' && lightdVersion.test(version) ? version : null;
}

/** A file of Lightd as one of ours; any other as it is. What is null there was left out. Pure. */
export function fromLightd(raw: unknown): unknown {
  return lightdVersionOf(raw) === null ? raw : { ...withoutNulls(raw), version: 1 };
}

function withoutNulls(value: unknown): object {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(
    entries
      .filter(([, one]) => one !== null)
      .map(([key, one]) => [key, typeof one === 'object' && !Array.isArray(one) ? withoutNulls(one) : one]),
  );
}
