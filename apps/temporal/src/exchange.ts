// What goes between the workflow, which has the module, and the activity, which has the key. Both are in the history.

/** Without server and credential. Its body is an argument of its own, so that Temporal keeps it as bytes. */
export interface Request {
  connection: string;
  method: string;
  target: string;
  headers: [name: string, value: string][];
  timeoutMs: number;
  responseLimit: number;
}

export interface Response {
  status: number;
  error: number;
  notSent: boolean;
  mayHaveRepeated: boolean;
  headers: [name: string, value: string][];
  /** In base64. */
  body: string;
}

export interface RequestActivities {
  /** Sends one request, once. Named after Skipcall, since a worker may have other activities. */
  sendSkipcallRequest(request: Request, body: Uint8Array): Promise<Response>;
}
