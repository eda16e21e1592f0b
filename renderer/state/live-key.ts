/** All queries that the host tells of when their answer has changed (H4). */
export const liveKeys = ['live'] as const;

/** The key of such a query, or its beginning: the topic, and the server that it is about (null: the host). */
export const liveKey = (topic: string, server: string | null) => [...liveKeys, topic, server] as const;

/** The key of a query about all servers at once: asked again whenever the topic has changed for any of them. */
export const liveKeyOfAll = (topic: string) => [...liveKeys, topic, '*'] as const;
