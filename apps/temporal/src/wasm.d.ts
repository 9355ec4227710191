// The build puts the module in, as base64.
declare module "remove_contacts.wasm" {
  const base64: string;
  export default base64;
}
