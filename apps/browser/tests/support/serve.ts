// Folders of this package and of the repository, served until the test ends.
import type { TestContext } from "node:test";
import { serveFolders } from "../../scripts/static_server.mjs";
import { repositoryPath } from "skipcall-test-support/repository";

export { POLICY } from "../../scripts/static_server.mjs";

type Options = Parameters<typeof serveFolders>[1];

/** Folders by prefix; their paths are relative to the top of the repository. Returns the address, without a slash. */
export async function serve(context: TestContext, folders: Record<string, string>, options?: Options): Promise<string> {
  const paths = Object.entries(folders).map(([prefix, path]) => [prefix, repositoryPath(path)]);
  const { url, close } = await serveFolders(Object.fromEntries(paths) as Record<string, string>, options);
  context.after(close);
  return url;
}
