// A payload codec that encrypts, as operators use one whose Temporal server must not read.
import { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import proto from "@temporalio/proto";

const { Payload } = proto.temporal.api.common.v1;
const KEY = Buffer.alloc(32, 7);
const ENCODING = "binary/encrypted";

function encrypted(payload) {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", KEY, nonce);
  const text = Buffer.concat([cipher.update(Payload.encode(payload).finish()), cipher.final()]);
  return {
    metadata: { encoding: Buffer.from(ENCODING) },
    data: Buffer.concat([nonce, cipher.getAuthTag(), text]),
  };
}

function decrypted(payload) {
  if (Buffer.from(payload.metadata?.encoding ?? []).toString() !== ENCODING) return payload;
  const data = Buffer.from(payload.data);
  const decipher = createDecipheriv("aes-256-gcm", KEY, data.subarray(0, 12));
  decipher.setAuthTag(data.subarray(12, 28));
  return Payload.decode(Buffer.concat([decipher.update(data.subarray(28)), decipher.final()]));
}

export const dataConverter = {
  payloadCodecs: [
    {
      encode: async (payloads) => payloads.map(encrypted),
      decode: async (payloads) => payloads.map(decrypted),
    },
  ],
};
