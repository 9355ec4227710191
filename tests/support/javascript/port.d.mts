/** A port that is free now, for programs that cannot say which one they took. */
export function freePort(): Promise<number>;
