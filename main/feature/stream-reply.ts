/** The answer of a route with `raw: 'reply'` whose bytes are made while they are sent: a file to save, of a length that nobody knows before. */
export class StreamReply {
  /** Whose it is, where that isn't the caller of the route. */
  tokenId: string | null = null;
  /** For whoever saves it. */
  readonly fileName: string;
  /** Asked for once, when somebody is there to take it. What it throws breaks the answer off. */
  readonly body: () => AsyncIterable<Uint8Array>;

  constructor(fileName: string, body: () => AsyncIterable<Uint8Array>) {
    this.fileName = fileName;
    this.body = body;
  }
}
