// Sends by a userscript manager, to which CORS does not apply: the script's @connect lines say where it may connect.
import { HttpError, noAnswer, type Send } from "skipcall-action-host";

/** Lines of `name: value`, as XMLHttpRequest gives them. */
function headersOf(text: string): [string, string][] {
  return text.split(/\r?\n/).flatMap((line): [string, string][] => {
    const colon = line.indexOf(":");
    return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1).trim()]] : [];
  });
}

/** Without cookies. If a manager follows redirects nevertheless, the address that responded shows it. */
export const managerSend: Send = (request, signal) =>
  new Promise((resolve) => {
    const underway = GM_xmlhttpRequest({
      method: request.method,
      url: request.url,
      headers: Object.fromEntries(request.headers),
      data: request.body === undefined ? undefined : new Blob([request.body]),
      responseType: "arraybuffer",
      anonymous: true,
      redirect: "manual",
      onload: ({ status, finalUrl, responseHeaders, response }) => {
        if (finalUrl !== "" && finalUrl !== request.url) {
          resolve(noAnswer(HttpError.REDIRECT, false));
          return;
        }
        const body = new Uint8Array(response ?? new ArrayBuffer(0));
        resolve({
          status,
          error: HttpError.OK,
          notSent: false,
          mayHaveRepeated: true,
          headers: headersOf(responseHeaders),
          body,
        });
      },
      onerror: () => resolve(noAnswer(HttpError.OTHER, false)),
      onabort: () => resolve(noAnswer(HttpError.CANCELLED, false)),
    });
    signal.addEventListener("abort", () => underway.abort());
  });
