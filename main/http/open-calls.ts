import type { ServerResponse } from 'node:http';

/** The calls that are being answered, by the token that they came with: a token that is revoked ends them, however long they take. */
export class OpenCalls {
  private readonly byToken = new Map<string, Set<ServerResponse>>();

  /** Until the answer is over. The master token (null) can't be revoked. */
  add(tokenId: string | null, response: ServerResponse): void {
    if (tokenId === null || response.closed || response.destroyed) return;
    const calls = this.byToken.get(tokenId) ?? new Set();
    this.byToken.set(tokenId, calls.add(response));
    response.once('close', () => {
      calls.delete(response);
      if (calls.size === 0 && this.byToken.get(tokenId) === calls) this.byToken.delete(tokenId);
    });
  }

  /** Cuts them, with what is being sent and received. */
  end(tokenId: string): void {
    for (const response of this.byToken.get(tokenId) ?? []) response.destroy();
  }
}
