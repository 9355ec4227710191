// The input that both sides get: ids in four sequences, 5 % duplicates, some in capitals, as UTF-8 JSON.
const SEQUENCES = 4;

/** Numbers that look random and are the same each time (mulberry32). */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

export function makeInput(count) {
  const next = random(1);
  const hex = () => next().toString(16).padStart(8, "0");
  const lists = Array.from({ length: SEQUENCES }, () => []);
  for (let i = 0; i < count; ++i) {
    const list = lists[i % SEQUENCES];
    if (i % 20 === 19) {
      list.push(list[next() % list.length]);
      continue;
    }
    const [a, b, c, d] = [hex(), hex(), hex(), hex()];
    const id = `${a}-${b.slice(0, 4)}-4${b.slice(5)}-8${c.slice(1, 4)}-${c.slice(4)}${d}`;
    list.push(i % 10 === 0 ? id.toUpperCase() : id);
  }
  const removals = lists.map((contactIds, at) => ({ sequenceId: `sequence-${at}`, contactIds }));
  return new TextEncoder().encode(JSON.stringify({ removals }));
}
