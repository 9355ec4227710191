// Preloaded into node-red-dev, which asks two public servers: the catalogue, for other packages with nodes of these names,
// and npm, for Node-RED's versions. Both are answered from here, so that its other rules can be judged without a network.
const { join } = require("node:path");

const root = join(__dirname, "../../../../.tools/node-red/package.json");
const axios = require(
  require.resolve("axios", { paths: [require.resolve("node-red-dev/package.json", { paths: [root] })] }),
);
const { engines, version } = require(require.resolve("node-red/package.json", { paths: [root] }));

const answers = {
  "https://catalogue.nodered.org/catalogue.json": { modules: [] },
  "https://registry.npmjs.org/node-red": { "dist-tags": { latest: version }, versions: { [version]: { engines } } },
};
axios.get = async (url) => {
  if (!(url in answers)) throw new Error(`node-red-dev asked for ${url}`);
  return { data: answers[url] };
};
