/** The WebAssembly module as base64, which scripts/build.mjs puts beside what is compiled. */
export declare const moduleText: string;
