/** Cuts bytes at the given places (any numbers), for tests that feed a stream in arbitrary chunks. */
export function cut(bytes: Buffer, places: number[]): Buffer[] {
  const borders = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...borders].map((from, index) => bytes.subarray(from, borders[index] ?? bytes.length));
}
