/* What somebody answered, and where they live, lies on the phone only sealed: each sheet under a key of its own, which the
   browser hands out to nobody and which is thrown away with the sheet once that has arrived. */
import * as store from "../field/store.js";

const WAY = "AES-GCM";

const keyOf = async (id) => {
  const known = await store.sealOf(id);
  if (known) return known;
  const made = await crypto.subtle.generateKey({ name: WAY, length: 256 }, false, ["encrypt", "decrypt"]);
  await store.keepSeal(id, made);
  return made;
};

export const seal = async (id, value) => {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return { iv, bytes: await crypto.subtle.encrypt({ name: WAY, iv }, await keyOf(id), bytes) };
};

/* Null where the key is gone: nobody can read it any more. */
export const unseal = async (id, sealed) => {
  const key = sealed && (await store.sealOf(id));
  if (!key) return null;
  const bytes = await crypto.subtle.decrypt({ name: WAY, iv: sealed.iv }, key, sealed.bytes);
  return JSON.parse(new TextDecoder().decode(bytes));
};

/* A sheet: who it is about stands outside of the seal, what was said inside. */
export const open = async (sheet) => sheet && { ...sheet, said: await unseal(sheet.id, sheet.sealed) };
export const keep = async ({ said, ...sheet }) => store.keepSheet({ ...sheet, sealed: await seal(sheet.id, said) });

export const told = {
  kept: async () => unseal("households", await store.kept("households")),
  keep: async (found) => store.keep("households", await seal("households", found)),
};
