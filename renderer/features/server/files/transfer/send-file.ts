import { ApiError, pathOf } from '../../../../../client/http-client.ts';
import { writeContent } from '../../../../../shared/http/files.ts';
import { api } from '../../../../link/api.ts';
import { strings } from '../strings.ts';
import type { SendFile } from './upload-queue.ts';

/**
 * By XMLHttpRequest, the only way for a page to hear how far an upload is. The browser streams the file from disk, and once more
 * from its beginning where the connection broke: until it is whole the host shows nothing of it.
 */
export const sendFile: SendFile = (upload, progress) =>
  api.tryAgain(progress.signal, () => sendOnce(upload, progress));

const sendOnce: SendFile = ({ file, volume, path }, { signal, onSent }) =>
  new Promise((resolve, reject) => {
    const { url, headers } = api.request(pathOf(writeContent.path, { id: volume }, { path }));
    const request = new XMLHttpRequest();
    request.open(writeContent.method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.onprogress = ({ loaded }) => onSent(loaded);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve();
      else reject(api.refusal(request.status, asJson(request.responseText)));
    };
    request.onerror = () => reject(new ApiError(0, strings.network));
    request.onabort = () => reject(signal.reason);
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
