// Starts the page.
import "./components/app.js";
import { fetchAhead } from "./views.js";

document.body.append(document.createElement("fn-app"));
addEventListener("load", fetchAhead);
