// The creator's side. Loaded by app.js when a page holds one of these elements that is not yet defined.
import "./upload-page.js";
import "./list.js";
import "./order.js";
import "./form.js";
import "../consent/grid.js";
