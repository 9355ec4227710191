/** A 32-bit number in 8 hexadecimal digits. */
export function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, "0");
}
