// The command line of a host under test, its exits and its capabilities, as abi/conformance/README.md has them.
import process from "node:process";

/** By HostError's fault; of any other, 4. */
export const EXITS = { "not-wasm": 3, unreadable: 3, "wrong-abi": 3, connection: 5 };

/** What no host on fetch, or in JavaScript, can do. */
export const CANNOT_ANYWHERE = {
  "stop-loop": "JavaScript has no way to stop a call into a module that runs in the same thread.",
  "body-of-get": "fetch refuses a body with GET and HEAD.",
  "repeated-headers": "fetch joins repeated headers by a comma.",
};

/** What the fetch of some platforms cannot do. */
export const HIDES_PROXY_STATUS = { "proxy-status": "fetch makes a network error of 407." };
export const repeats = (platform) => ({
  "interim-responses": `${platform} bounds 1xx responses by time alone.`,
  "no-repeat": `${platform}'s fetch sends a request again whose kept connection closes before a response.`,
});

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
