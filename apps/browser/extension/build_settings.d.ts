/** Set when the extension is built; empty: the server of the action's manifest. Only builds for tests name another. */
declare const API_BASE_URL: string;
