// The functions of a userscript manager that are used (Tampermonkey, Violentmonkey).

interface ManagerResponse {
  status: number;
  finalUrl: string;
  responseHeaders: string;
  response: ArrayBuffer | null;
}

interface ManagerRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  data: Blob | undefined;
  responseType: "arraybuffer";
  anonymous: boolean;
  redirect: "manual";
  onload: (response: ManagerResponse) => void;
  onerror: () => void;
  onabort: () => void;
}

declare function GM_xmlhttpRequest(request: ManagerRequest): { abort: () => void };
declare function GM_registerMenuCommand(title: string, run: () => void): void;

declare module "*.wasm" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
