// The command line of a host under test, and its exits, as abi/conformance/README.md has them.
import process from "node:process";

/** By HostError's fault; of any other, 4. */
export const EXITS = { "not-wasm": 3, unreadable: 3, "wrong-abi": 3, connection: 5 };

export function readOptions(words) {
  const options = { baseUrls: {}, variables: {} };
  for (let at = 0; at + 1 < words.length; at += 2) {
    const [name, value] = [words[at], words[at + 1]];
    const [left, right] = [value.slice(0, value.indexOf("=")), value.slice(value.indexOf("=") + 1)];
    if (name === "--base-url") options.baseUrls[left] = right;
    else if (name === "--secret") options.variables[left] = right;
    else options[name.slice(2)] = value;
  }
  return options;
}

/** Each connection with the fields given for it. */
export function connectionsOf({ baseUrls, variables }) {
  const connections = {};
  for (const [id, baseUrl] of Object.entries(baseUrls)) connections[id] = { baseUrl, fields: {} };
  for (const [place, variable] of Object.entries(variables)) {
    const [id, field] = [place.slice(0, place.indexOf(".")), place.slice(place.indexOf(".") + 1)];
    connections[id] ??= { fields: {} };
    connections[id].fields[field] = process.env[variable];
  }
  return connections;
}
