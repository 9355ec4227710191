// The core: it needs WebAssembly, URL, TextEncoder, TextDecoder and AbortController, and nothing else of a platform.
export { ABI_VERSION, HttpError, Phase, State } from "./abi.js";
export { ActionHost, RunEnd } from "./action_host.js";
export type { HostOptions, ResumeOptions, RunControl, RunOptions } from "./action_host.js";
export { fromBase64 } from "./base64.js";
export type { Clock } from "./clock.js";
export type { Connection } from "./connection.js";
export { harmlessText } from "./harmless_text.js";
export { HostError } from "./host_error.js";
export type { Fault } from "./host_error.js";
export { noAnswer } from "./http.js";
export type { HttpAnswer, HttpRequest, Send } from "./http.js";
export { endLine } from "./journal.js";
export type { Journal, KeyFingerprint } from "./journal.js";
export type { Manifest, ManifestAction, ManifestConnection } from "./manifest.js";
export { ActionModule, readManifest } from "./module.js";
export type { Progress } from "./progress.js";
export { titleOf } from "./title.js";
