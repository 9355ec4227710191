// The module's side, by the host's own Instance: the input goes in, each request is copied out and answered at once, the
// result is read.
const DONE = 0;
const headers = new TextEncoder().encode("content-type: application/json\r\n");

/** Like removeContacts of plain.mjs. */
export function removeContacts(instance, input, send) {
  const run = instance.start("remove_contacts", input, 0, 1n);
  let state = instance.wake(run, 1_767_225_600_000);
  while (state !== DONE) {
    const announced = instance.takeAnnouncements();
    if (announced.length === 0) throw new Error("the module waits for something other than a response");
    for (const { exchange, request } of announced) {
      const body = send(request.target, request.body);
      state = instance.httpDone(run, exchange, 1_767_225_600_000, { status: 200, error: 0, flags: 0, headers, body });
    }
  }
  const result = JSON.parse(new TextDecoder().decode(instance.result(run)));
  instance.release(run);
  return result;
}
