import { describe, expect, it } from 'vitest';
import { splitEngineWords, withEngineWords } from '../../../shared/model/engine-words.ts';
import { pullProblem, registryName } from './pull-problem.ts';

describe('a pull that failed, in words', () => {
  it.each([
    [
      'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io on 10.0.0.1:53: no such host',
      "Docker Hub can't be found, since this machine resolves no names (DNS)",
    ],
    [
      'Get "https://registry-1.docker.io/v2/": net/http: TLS handshake timeout',
      "Docker Hub can't be reached",
    ],
    ['dial tcp 1.2.3.4:443: connect: connection refused', "Docker Hub can't be reached"],
    [
      'manifest for itzg/x:nope not found: manifest unknown: manifest unknown',
      'has no image of that name and tag',
    ],
    ['pull access denied for x, repository does not exist or may require ‘docker login’', 'or it is private'],
    ['toomanyrequests: You have reached your pull rate limit', 'allows no more downloads for now'],
    ['no matching manifest for linux/arm64/v8 in the manifest list entries', 'other kinds of processors'],
    ['write /var/lib/docker/tmp/GetImageBlob1: no space left on device', 'the disk of this machine is full'],
    ['x509: certificate has expired or is not yet valid', "isn't accepted"],
    ['the registry said nothing for 120 s', "doesn't answer"],
    ['received unexpected HTTP status: 503 Service Unavailable', 'trouble of its own'],
    ['sdfg', "Docker Hub didn't give it"],
  ])('%s', (says, told) => {
    const words = pullProblem('itzg/minecraft-server', says);
    expect(words).toContain(told);
    expect(words).not.toMatch(/dial tcp|lookup|manifest|https?:/);
  });

  it('names whose registry it is', () => {
    expect(['a', 'a/b:1', 'docker.io/a/b', 'ghcr.io/a/b:1', 'localhost:5000/a'].map(registryName)).toEqual([
      'Docker Hub',
      'Docker Hub',
      'Docker Hub',
      'ghcr.io',
      'localhost:5000',
    ]);
  });

  it('the engine’s own words can be told from ours again, whatever they are', () => {
    const told = withEngineWords('It can’t be had.', 'a (b) c)');
    expect(splitEngineWords(told)).toEqual({ sentence: 'It can’t be had.', words: 'a (b) c)' });
    expect(splitEngineWords('crashed (exit code 1)')).toEqual({
      sentence: 'crashed (exit code 1)',
      words: null,
    });
  });
});
