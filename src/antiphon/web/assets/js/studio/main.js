// Upload and studio. Loaded by app.js when a page holds an element that is not yet defined.
