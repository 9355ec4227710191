// The script that is taken into a page. Its last value is what the popup gets.
export { scan } from "./scan.js";
