// Starts the page.
import "./components/app.js";

document.body.append(document.createElement("fn-app"));
