// The script that is injected into a page. Its last value is what the popup gets.
export { scan } from "./scan.js";
